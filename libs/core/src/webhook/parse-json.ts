/** A run of digits that may be an integer beyond 2^53. */
const longDigits = /\d{16}/

/** `JSON.parse` that keeps every digit: an integer beyond 2^53 becomes a bigint. */
export const parseExactJson = (text: string): unknown =>
  longDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)

const keepDigits = (_key: string, value: unknown, { source }: { source?: string } = {}): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value
