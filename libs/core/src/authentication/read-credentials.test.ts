import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCredentials, type CredentialHeaders } from './read-credentials.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

describe('the credentials of a request', () => {
  it.each<[string, CredentialHeaders, string | undefined]>([
    ['nothing', {}, undefined],
    ['x-api-key', { 'x-api-key': 'key' }, 'key'],
    ['x-api-key pasted with spaces', { 'x-api-key': ' key ' }, 'key'],
    ['x-api-key before authorization', { 'x-api-key': 'key', authorization: 'Bearer other' }, 'key'],
    ['an empty x-api-key beside Bearer', { 'x-api-key': '', authorization: 'Bearer key' }, 'key'],
    ['x-api-key as a list', { 'x-api-key': ['a', 'b'] }, undefined],
    ['an over-long x-api-key', { 'x-api-key': 'k'.repeat(4097) }, undefined],
    ['Basic', { authorization: basic('ann:key') }, 'key'],
    ['Basic without a user name', { authorization: basic(':key') }, 'key'],
    ['Basic with colons in the password', { authorization: basic('ann:a:b:c') }, 'a:b:c'],
    ['Basic with a user name beyond ASCII', { authorization: basic('Zoë 😀:schlüssel') }, 'schlüssel'],
    ['basic in lower case', { authorization: basic('ann:key').replace('Basic', 'basic') }, 'key'],
    ['BASIC in capitals, two spaces', { authorization: basic('ann:key').replace('Basic', 'BASIC ') }, 'key'],
    ['Basic without padding', { authorization: basic('ann:key1').replace(/=+$/, '') }, 'key1'],
    ['Basic alone', { authorization: 'Basic' }, undefined],
    ['Basic and a space', { authorization: 'Basic ' }, undefined],
    ['Basic that is not base64', { authorization: 'Basic a*b' }, undefined],
    ['Basic without a colon', { authorization: basic('ann') }, undefined],
    ['Basic with an empty password', { authorization: basic('ann:') }, undefined],
    ['Basic over the length bound', { authorization: basic(`ann:${'k'.repeat(4096)}`) }, undefined],
    ['Bearer', { authorization: 'Bearer key' }, 'key'],
    ['bearer in lower case', { authorization: 'bearer key' }, 'key'],
    ['Bearer alone', { authorization: 'Bearer' }, undefined],
    ['Bearer with two words', { authorization: 'Bearer a b' }, undefined],
    ['another scheme', { authorization: 'Digest key' }, undefined],
    ['a bare key', { authorization: 'key' }, undefined],
  ])('%s', (_name, headers, expected) => {
    expect(readCredentials(headers)).toBe(expected)
  })

  it('never throw, whatever the headers hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((end) => `Basic ${end}`),
      fc.base64String().map((end) => `basic ${end}`),
    )
    fc.assert(
      fc.property(text, fc.option(text, { nil: '' }), (authorization, apiKey) => {
        expect(['string', 'undefined']).toContain(
          typeof readCredentials({ authorization, 'x-api-key': apiKey }),
        )
      }),
    )
  })
})
