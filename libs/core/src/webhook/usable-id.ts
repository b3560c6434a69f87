/** Longest id that is recorded, in bytes of UTF-8. */
export const maxIdBytes = 1024

export type IdProblem = 'missing' | 'wrong-type' | 'number-too-large' | 'too-long' | 'unusable-characters'

export type IdReading = { readonly id: string } | { readonly problem: IdProblem }

/** An id as text. Strings and safe integers name the same thing; a number that may have lost digits is never used. */
export const usableId = (value: unknown): IdReading => {
  const problem = idProblem(value)
  return problem === null ? { id: String(value) } : { problem }
}

/** Null when the value can be an id. Called for each member before a page is answered: it makes nothing. */
export const idProblem = (value: unknown): IdProblem | null => {
  if (typeof value === 'string') return textProblem(value)
  if (value === undefined || value === null) return 'missing'
  if (typeof value === 'bigint') return 'number-too-large'
  if (typeof value !== 'number') return 'wrong-type'
  if (Number.isSafeInteger(value)) return null
  return Number.isInteger(value) ? 'number-too-large' : 'wrong-type'
}

const space = 0x20

const textProblem = (text: string): IdProblem | null => {
  if (!(text.charCodeAt(0) > space) && text.trim() === '') return 'missing'
  // A UTF-16 unit takes at most three bytes, so most ids need no count.
  if (text.length * 3 > maxIdBytes && Buffer.byteLength(text) > maxIdBytes) return 'too-long'
  // PostgreSQL refuses both; SQLite would make one member of two different lone surrogates.
  return text.includes('\0') || !text.isWellFormed() ? 'unusable-characters' : null
}
