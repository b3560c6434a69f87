const longest = 48

/** Text of a customer, a partner or Mixpanel on one line: what would steer the terminal is left out. */
export const shownText = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()

/** The same, cut so that it fits a cell. */
export const shownName = (text: string): string => {
  const letters = Array.from(shownText(text))
  return letters.length <= longest ? letters.join('') : `${letters.slice(0, longest - 1).join('')}…`
}

/** `25000` → `25,000`. */
export const shownCount = (count: number): string => count.toLocaleString('en-US')

/** `2026-11-26 12:00`, in UTC; a dash where there is none. */
export const shownTime = (time: string | null | undefined): string =>
  time === null || time === undefined ? '-' : time.slice(0, 16).replace('T', ' ')
