import { createHash, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateApiKey, parseApiKey } from './api-key.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const bytesFrom = (seed: number) => {
  let round = 0
  return (size: number): Uint8Array => {
    round += 1
    return createHash('sha512').update(`${seed}:${round}`).digest().subarray(0, size)
  }
}

const changeOne = (text: string, position: number, character: string): string =>
  `${text.slice(0, position)}${character}${text.slice(position + 1)}`

const anyChange = fc.record({
  seed: fc.integer(),
  position: fc.nat(66),
  character: fc.oneof(
    fc.constantFrom(...base62.split(''), '_', '-', ' '),
    fc.string({ unit: 'binary', minLength: 1 }),
  ),
})

const lettersFrom = (usable: number) =>
  generateApiKey((size) => new Uint8Array(size).fill(usable)).key.slice(4, 16)

describe('API keys', () => {
  it('have the documented shape', () => {
    const { key, keyId } = generateApiKey(randomBytes)
    expect(key).toMatch(/^crk_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
    expect(key.split('_')[1]).toBe(keyId)
  })

  it('are stored as the SHA-256 of the whole key', () => {
    const { key, secretHash } = generateApiKey(randomBytes)
    expect(Buffer.from(secretHash)).toEqual(createHash('sha256').update(key).digest())
  })

  it('survive the way out and back', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { key, keyId, secretHash } = generateApiKey(bytesFrom(seed))
        expect(parseApiKey(key)).toEqual({ keyId, secretHash })
      }),
      { numRuns: 200 },
    )
  })

  it('are rejected after any change of one character', () => {
    fc.assert(
      fc.property(anyChange, ({ seed, position, character }) => {
        const { key } = generateApiKey(bytesFrom(seed))
        const changed = changeOne(key, position, character)
        expect(changed === key || parseApiKey(changed) === undefined).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('would survive a change of one character without the checksum (negative control)', () => {
    const shapeOnly = /^crk_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
    const { key } = generateApiKey(bytesFrom(1))
    const changed = changeOne(key, 20, key[20] === 'a' ? 'b' : 'a')
    expect(shapeOnly.test(changed)).toBe(true)
    expect(parseApiKey(changed)).toBeUndefined()
  })

  it('use every letter alike: bytes that would favour some letters are drawn again', () => {
    expect(lettersFrom(247)).toBe('zzzzzzzzzzzz')
    let calls = 0
    const firstBiased = (size: number) => {
      calls += 1
      return new Uint8Array(size).fill(calls === 1 ? 248 : 0)
    }
    expect(generateApiKey(firstBiased).keyId).toBe('000000000000')
    expect(calls).toBe(3)
  })

  it.each([
    ['an empty text', ''],
    ['a prefix alone', 'crk_'],
    ['another prefix', generateApiKey(randomBytes).key.replace('crk', 'sk_')],
    ['a new line at the end', `${generateApiKey(randomBytes).key}\n`],
    ['two keys joined', [generateApiKey(randomBytes).key, generateApiKey(randomBytes).key].join(', ')],
    ['a megabyte', 'crk_'.repeat(262_144)],
    ['a lone surrogate', '\uD800'.repeat(67)],
  ])('rejects %s', (_name, text) => {
    expect(parseApiKey(text)).toBeUndefined()
  })
})
