/** Deepest nesting of objects and lists that is read. Mixpanel's own limit for a property value is 3. */
export const maxNesting = 32

const quote = 0x22
const backslash = 0x5c

/**
 * True when brackets outside of strings nest deeper than `limit`. Looked at before parsing, since `JSON.parse` takes
 * seconds over 10 MB of brackets and what it returns can crash whoever writes it out again.
 */
export const nestsDeeperThan = (limit: number, body: Uint8Array): boolean => {
  let depth = 0
  let index = 0
  while (index < body.length) {
    const byte = body[index++]!
    if (byte === quote) index = endOfString(body, index)
    // `[` and `{` differ in one bit, as do `]` and `}`.
    else if ((byte | 0x20) === 0x7b && ++depth > limit) return true
    else if ((byte | 0x20) === 0x7d) depth--
  }
  return false
}

/** Most bytes of a page are inside of strings. Nothing but the bytes themselves is looked at: that halves the time. */
const endOfString = (body: Uint8Array, start: number): number => {
  let index = start
  for (;;) {
    const byte = body[index++]
    if (byte === quote || byte === undefined) return index
    if (byte === backslash) index++
  }
}
