const quote = 0x22
const comma = 0x2c
const backslash = 0x5c

/**
 * True when a JSON text holds more values than `limit`, counted by its commas and opening brackets. Looked at before
 * parsing: 16 MB of `{},` take `JSON.parse` seconds and a gigabyte. A value takes two bytes at least, so a short body
 * costs nothing.
 */
export const holdsMoreValuesThan = (limit: number, body: Uint8Array): boolean => {
  if (body.length <= limit * 2) return false
  let count = 0
  let index = 0
  while (index < body.length && count <= limit) {
    const byte = body[index++]!
    if (byte === quote) index = endOfString(body, index)
    // `[` and `{` differ in one bit.
    else if (byte === comma || (byte | 0x20) === 0x7b) count++
  }
  return count > limit
}

const endOfString = (body: Uint8Array, start: number): number => {
  let index = start
  for (;;) {
    const byte = body[index++]
    if (byte === quote || byte === undefined) return index
    if (byte === backslash) index++
  }
}
