import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalisers } from './normalisers.ts'

const email = (value: unknown) => normalisers.email(value, { property: 'email', kind: 'email' })
const id = (value: unknown) => normalisers.id(value, { property: 'id', kind: 'id' })
const phone = (value: unknown, defaultCountry?: string) =>
  normalisers.phone(value, { property: 'phone', kind: 'phone', ...(defaultCountry && { defaultCountry }) })
const sha256 = (text = '') => createHash('sha256').update(text).digest('hex')

describe('normalisers', () => {
  // Meta, "Customer Information Parameters", read on 23 November 2026.
  it('agree with the vectors that Meta publishes', () => {
    expect(sha256(email('John_Smith@gmail.com'))).toBe(
      '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
    )
    expect(sha256(phone('(650)555-1212', 'US')?.slice(1))).toBe(
      'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176',
    )
  })

  it.each<[unknown, string | undefined]>([
    [' Ann@Example.COM\n', 'ann@example.com'],
    ['ann+tag@example.com', 'ann+tag@example.com'],
    ['a.n.n@gmail.com', 'a.n.n@gmail.com'],
    ['josé@exámple.es', 'josé@exámple.es'],
    [`${'a'.repeat(308)}@example.com`, `${'a'.repeat(308)}@example.com`],
    [`${'a'.repeat(309)}@example.com`, undefined],
    ['ann', undefined],
    ['ann@', undefined],
    ['@example.com', undefined],
    ['ann@bob@example.com', undefined],
    ['ann smith@example.com', undefined],
    ['ann\u200B@example.com', undefined],
    ['ann\u0000@example.com', undefined],
    ['\uD800@example.com', undefined],
    ['', undefined],
    [7, undefined],
    [['ann@example.com'], undefined],
  ])('e-mail %j is %j', (value, expected) => {
    expect(email(value)).toBe(expected)
  })

  // The first row is the example in the README of libphonenumber-js.
  it.each<[unknown, string | undefined, string | undefined]>([
    ['(213) 373-4253', 'US', '+12133734253'],
    ['+1 213 373 4253', undefined, '+12133734253'],
    ['+1 213 373 4253', 'FR', '+12133734253'],
    ['011 15-2345-6789', 'AR', '+5491123456789'],
    ['06 1234 5678', 'IT', '+390612345678'],
    [2133734253, 'US', '+12133734253'],
    ['(213) 373-4253', undefined, undefined],
    ['213 373 4253', 'Wonderland', undefined],
    ['+1 213 373 4253 ext. 12', undefined, undefined],
    ['+1 555', undefined, undefined],
    ['+999 123 456', undefined, undefined],
    ['call me', 'US', undefined],
    ['call 213 373 4253', 'US', undefined],
    [`+1${' '.repeat(100)}2133734253`, undefined, undefined],
    ['', 'US', undefined],
    [null, 'US', undefined],
  ])('phone %j in %s is %j', (value, country, expected) => {
    expect(phone(value, country)).toBe(expected)
  })

  it.each<[string, unknown, string | undefined]>([
    ['text as it is', ' A b ', ' A b '],
    ['a safe integer', 42, '42'],
    ['the largest safe integer', 2 ** 53 - 1, '9007199254740991'],
    ['an unsafe integer', 2 ** 53, undefined],
    ['a fraction', 1.5, undefined],
    ['an empty text', '', undefined],
    ['a blank text', ' \t', undefined],
    ['1,024 bytes', 'é'.repeat(512), 'é'.repeat(512)],
    ['1,025 bytes', `a${'é'.repeat(512)}`, undefined],
    ['a lone surrogate, which would turn into somebody else on the wire', '\uD800', undefined],
    ['true', true, undefined],
    ['null', null, undefined],
    ['an object', { toString: () => 'x' }, undefined],
  ])('an id: %s', (_name, value, expected) => {
    expect(id(value)).toBe(expected)
  })

  it('change nothing when applied twice, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.emailAddress(), fc.string({ unit: 'binary' })), (value) => {
        const once = [email(value), id(value), phone(value, 'US')]
        const twice = [email(once[0]), id(once[1]), phone(once[2], 'US')]
        expect(twice).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })
})
