import createHasher from 'xxhash-wasm'

const hasher = await createHasher()

/** 53 bits of xxHash64, so that SQLite's integer is a JavaScript number on the way back. */
export const fingerprint = (text: string): number => Number(hasher.h64(text) & 0x1f_ffff_ffff_ffffn)

const firstSeed = 0n
const secondSeed = 0x9e37_79b9_7f4a_7c15n

/** 128 bits over a page: enough to tell whether it is the same, at a tenth of the time of SHA-256. */
export const digestOf = (body: Uint8Array): string =>
  hasher.h64Raw(body, firstSeed).toString(36) + hasher.h64Raw(body, secondSeed).toString(36)
