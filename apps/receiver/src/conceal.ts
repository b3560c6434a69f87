/** Stands for what must not be repeated. */
const placeholder = '[concealed]'

/** A text that was cut off ends with as much of it as is no coincidence. */
const leastOfCut = 6

/** The text without any of these, also as JSON or a URL write them, or cut off at its end. */
export const conceal = (text: string, known: readonly string[]): string => {
  const written = [...new Set(known.flatMap(waysToWrite))].toSorted((one, other) => other.length - one.length)
  const replaced = written.reduce((rest, way) => rest.replaceAll(way, placeholder), text)
  return written.reduce(withoutCutEnd, replaced)
}

const waysToWrite = (text: string): string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text.toWellFormed()),
  text.replaceAll(/\p{Cc}/gu, ' ').trim(),
]

const withoutCutEnd = (text: string, way: string): string => {
  const begin = text.lastIndexOf(way.slice(0, leastOfCut))
  const isCut = begin !== -1 && text.length - begin >= leastOfCut && way.startsWith(text.slice(begin))
  return isCut ? text.slice(0, begin) + placeholder : text
}

/** Every text and long number in a value, however deep; those under `least` characters could be anything. */
export const textsIn = (value: unknown, least: number): string[] => {
  if (typeof value === 'string') return value.trim().length >= least ? [value.trim()] : []
  if (typeof value === 'number' || typeof value === 'bigint') return textsIn(String(value), least)
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap((inner) => textsIn(inner, least))
    : []
}
