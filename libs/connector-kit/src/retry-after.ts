const maxSeconds = 3600
/** A larger number of seconds is a mistake, most often a point in time or milliseconds. */
const absurdSeconds = 366 * 24 * 3600

const wholeSeconds = /^\d{1,12}$/
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** Seconds to wait, at most 3,600; undefined when the header is absent, in the past or makes no sense. */
export const readRetryAfter = (header: string | undefined, now: Date): number | undefined => {
  const seconds = toSeconds(header?.trim() ?? '', now)
  const isUsable = seconds >= 0 && seconds <= absurdSeconds
  return isUsable ? Math.min(seconds, maxSeconds) : undefined
}

const toSeconds = (text: string, now: Date): number => {
  if (wholeSeconds.test(text)) return Number(text)
  // Date.parse alone takes '-5' for the year 2001.
  return httpDate.test(text) ? Math.ceil((Date.parse(text) - now.getTime()) / 1000) : Number.NaN
}
