/**
 * What of an error may be logged: its name, its code and where it arose. Never the message: that of a failed parse,
 * for one, quotes the text, and the text is people's data.
 */
export const errorFields = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  // SQLite's own fixed text for its result code, such as "database or disk is full".
  const sqlite = 'errstr' in error && typeof error.errstr === 'string' ? error.errstr : undefined
  return { error: error.name, ...(code && { code }), ...(sqlite && { sqlite }), at: framesOf(error.stack) }
}

const framesOf = (stack = ''): string[] =>
  stack
    .split('\n')
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 3)
    .map((line) => line.trim())
