/** Longest id that is recorded, in bytes of UTF-8. */
export const maxIdBytes = 1024

export type IdProblem = 'missing' | 'wrong-type' | 'number-too-large' | 'too-long' | 'unusable-characters'

export type IdReading = { readonly id: string } | { readonly problem: IdProblem }

const missing: IdReading = { problem: 'missing' }

/** An id as text. Strings and safe integers name the same thing; a number that may have lost digits is never used. */
export const usableId = (value: unknown): IdReading => {
  if (typeof value === 'string') return usableText(value)
  if (value === undefined || value === null) return missing
  if (typeof value === 'bigint') return { problem: 'number-too-large' }
  if (typeof value !== 'number') return { problem: 'wrong-type' }
  if (Number.isSafeInteger(value)) return { id: String(value) }
  return { problem: Number.isInteger(value) ? 'number-too-large' : 'wrong-type' }
}

const usableText = (text: string): IdReading => {
  if (text.trim() === '') return missing
  // A UTF-16 unit takes at most three bytes, so most ids need no count.
  if (text.length * 3 > maxIdBytes && Buffer.byteLength(text) > maxIdBytes) return { problem: 'too-long' }
  // PostgreSQL refuses both; SQLite would make one member of two different lone surrogates.
  if (text.includes('\0') || !text.isWellFormed()) return { problem: 'unusable-characters' }
  return { id: text }
}
