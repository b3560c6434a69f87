import { CommandError } from './command-error.ts'

/** `name=value` pairs of a command line. A value is JSON where it can be read as such, else the text itself. */
export const readSettings = (pairs: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(pairs.map((pair) => [nameOf(pair), valueOf(pair.slice(pair.indexOf('=') + 1))]))

const nameOf = (pair: string): string => {
  const at = pair.indexOf('=')
  if (at > 0) return pair.slice(0, at)
  // The text is not quoted: it may be a secret without its name.
  throw new CommandError('usage', 'A setting is given as name=value, for example massRemovalPercent=80.')
}

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
