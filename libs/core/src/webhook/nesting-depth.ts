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
  let inString = false
  for (let index = 0; index < body.length; index++) {
    const byte = body[index]
    if (inString) {
      if (byte === backslash) index++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    // `[` and `{` differ in one bit, as do `]` and `}`.
    else if ((byte! | 0x20) === 0x7b && ++depth > limit) return true
    else if ((byte! | 0x20) === 0x7d) depth--
  }
  return false
}
