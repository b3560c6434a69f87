import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateApiKey, parseApiKey } from './api-key.ts'
import { hashPartnerKey, isPartnerKey } from './partner-key.ts'

const [hashKey, otherKey] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
const read = (text: string, by = hashKey) => (isPartnerKey(text) ? hashPartnerKey(text, by) : undefined)

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 512,
})

/** Finds a key of few possible ones in what is stored of it, as somebody with a dump of the database would. */
const guess = (hashes: readonly string[], hashOf: (text: string) => string): string | undefined =>
  Array.from({ length: 10_000 }, (_, number) => String(number)).find((text) => hashes.includes(hashOf(text)))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

describe('keys of the product', () => {
  it('are found again by the same id and hash, and by others with another hash key', () => {
    fc.assert(
      fc.property(printable, (text) => {
        fc.pre(!/^cr[kt]_/.test(text))
        const [key, again, other] = [read(text), read(text), read(text, otherKey)]
        expect(key).toEqual(again)
        expect(key?.keyId).toMatch(/^ext-[\w-]{22}$/)
        expect(key?.keyId).not.toBe(other?.keyId)
        expect(hexOf(key?.secretHash)).not.toBe(hexOf(other?.secretHash))
        expect(parseApiKey(key!.keyId)).toBeUndefined()
      }),
    )
  })

  it('have ids that differ where they differ', () => {
    const texts = Array.from({ length: 5000 }, (_, number) => `key-${number}`)
    expect(new Set(texts.map((text) => read(text)?.keyId)).size).toBe(texts.length)
  })

  it('cannot be found by trying in what is stored of them', () => {
    const stored = read('4711')
    const hashes = [hexOf(stored?.secretHash), stored!.keyId.slice(4)]
    expect(guess(hashes, sha256)).toBeUndefined()
    expect(guess(hashes, (text) => hexOf(read(text, otherKey)?.secretHash))).toBeUndefined()
  })

  it('could be found if their plain SHA-256 were stored (negative control)', () => {
    expect(guess([sha256('4711')], sha256)).toBe('4711')
  })

  it.each([
    ['nothing', ''],
    ['a blank', 'a b'],
    ['a line break', 'a\nb'],
    ['NUL', 'a\0'],
    ['what is no ASCII', 'schlüssel'],
    ['too much', 'x'.repeat(513)],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['a key of this installation', generateApiKey((size) => new Uint8Array(size).fill(7)).key],
    ['what looks like one', 'crk_'],
    ['what looks like a token of the admin API', 'crt_'],
  ])('are none of these: %s', (_name, text) => {
    expect(read(text)).toBeUndefined()
  })
})
