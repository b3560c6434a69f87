import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const keyIdLength = 12
/** 43 characters of 62 hold 256.03 random bits. */
const secretLength = 43
const checksumLength = 6
const shape = new RegExp(
  `^cr[kt]_[0-9A-Za-z]{${keyIdLength}}_[0-9A-Za-z]{${secretLength}}_[0-9A-Za-z]{${checksumLength}}$`,
)
const keyLength = 'crk_'.length + keyIdLength + 1 + secretLength + 1 + checksumLength
/** The largest multiple of 62 in a byte: bytes from here on would favour the first letters. */
const unbiasedBytes = 256 - (256 % alphabet.length)

/** A key as the store knows it: the public id and the SHA-256 (32 bytes) of the whole key. */
export interface ParsedApiKey {
  readonly keyId: string
  readonly secretHash: Uint8Array
}

/** `key` is shown to its owner once and kept nowhere. */
export interface GeneratedApiKey extends ParsedApiKey {
  readonly key: string
}

/** `crk`: a customer's API key. `crt`: a token of the admin API. Neither is taken for the other. */
export type KeyKind = 'crk' | 'crt'

export type RandomBytes = (size: number) => Uint8Array

/** `randomBytes` must be cryptographically strong, such as node:crypto's. */
export const generateApiKey = (randomBytes: RandomBytes, kind: KeyKind = 'crk'): GeneratedApiKey => {
  const keyId = drawText(randomBytes, keyIdLength)
  const body = `${kind}_${keyId}_${drawText(randomBytes, secretLength)}`
  const key = `${body}_${checksumOf(body)}`
  return { key, keyId, secretHash: hashOf(key) }
}

/** Undefined for anything that is not a whole, unharmed key. Never throws, whatever the text. */
export const parseApiKey = (text: string, kind: KeyKind = 'crk'): ParsedApiKey | undefined => {
  if (text.length !== keyLength || !shape.test(text) || !text.startsWith(kind)) return undefined
  const body = text.slice(0, -checksumLength - 1)
  if (!text.endsWith(checksumOf(body))) return undefined
  return { keyId: text.slice(4, 4 + keyIdLength), secretHash: hashOf(text) }
}

const hashOf = (key: string): Uint8Array => hash('sha256', key, 'buffer')

const drawText = (randomBytes: RandomBytes, length: number): string => {
  let text = ''
  while (text.length < length) {
    const usable = [...randomBytes(length)].filter((byte) => byte < unbiasedBytes)
    text += usable.map((byte) => alphabet[byte % alphabet.length]).join('')
  }
  return text.slice(0, length)
}

const checksumOf = (body: string): string => {
  let rest = crc32(body)
  let text = ''
  for (let position = 0; position < checksumLength; position += 1) {
    text = `${alphabet[rest % alphabet.length]}${text}`
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}
