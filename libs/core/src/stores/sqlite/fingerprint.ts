import createHasher from 'xxhash-wasm'

const hasher = await createHasher()

/** 53 bits of xxHash64, so that SQLite's integer is a JavaScript number on the way back. */
export const fingerprint = (text: string): number => Number(hasher.h64(text) & 0x1f_ffff_ffff_ffffn)
