import { describe, expect, it } from 'vitest'
import { isSamePlace } from './is-same-place.ts'
import { postbox } from './testing/postbox.ts'

const { connector } = postbox()

describe('settings', () => {
  it.each([
    [{ secret: 'b-secret' }, true],
    [{ url: 'https://b.example' }, false],
    [{ size: 2 }, false],
    [{}, true],
  ])('with %j lead to the same place: %s', (change, expected) => {
    const settings = { size: 1, url: 'https://a.example', secret: 'a-secret' }
    expect(isSamePlace(connector, settings, { ...settings, ...change })).toBe(expected)
  })

  it('lead to the same place where a secret was added, and to another one where nothing could be read before', () => {
    const settings = { size: 1, url: 'https://a.example' }
    expect(isSamePlace(connector, settings, { ...settings, secret: 'a-secret' })).toBe(true)
    expect(isSamePlace(connector, undefined, settings)).toBe(false)
  })
})
