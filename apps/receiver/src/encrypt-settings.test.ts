import { describe, expect, it } from 'vitest'
import { decryptSettings, encryptSettings } from './encrypt-settings.ts'

const key = Buffer.alloc(32, 1)
const row = { accountId: 'ann', destinationId: 'one' }
const settings = { url: 'https://example.com', secret: 'whsec_canary' }

describe('encrypted settings', () => {
  it('come back as they were', () => {
    expect(decryptSettings(encryptSettings(settings, key, row), [key], row)).toEqual(settings)
  })

  it('have the documented shape and show nothing', () => {
    const text = encryptSettings(settings, key, row)
    expect(text).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/)
    expect(Buffer.from(text.split('.')[4]!, 'base64url').toString('latin1')).not.toContain('canary')
    expect(encryptSettings(settings, key, row)).not.toBe(text)
  })

  it('do not decrypt after any change of one character', () => {
    const text = encryptSettings(settings, key, row)
    const survivors = Array.from(text, (character, position) => {
      const changed = `${text.slice(0, position)}${character === 'A' ? 'B' : 'A'}${text.slice(position + 1)}`
      return isReadable(changed) ? position : -1
    }).filter((position) => position >= 0)
    expect(survivors).toEqual([])
  })

  it('the check of changes tells an unchanged text (negative control)', () => {
    expect(isReadable(encryptSettings(settings, key, row))).toBe(true)
  })

  it.each([
    ['another account', { ...row, accountId: 'bob' }],
    ['another destination', { ...row, destinationId: 'two' }],
    ['ids that join to the same text', { accountId: 'anno', destinationId: 'ne' }],
  ])('do not decrypt in the row of %s', (_name, other) => {
    const text = encryptSettings(settings, key, row)
    expect(() => decryptSettings(text, [key], other)).toThrow('belong to another destination')
  })

  it('say so when the key is another one, and show nothing', () => {
    const text = encryptSettings(settings, key, row)
    expect(() => decryptSettings(text, [Buffer.alloc(32, 2)], row)).toThrow('another SECRET_KEY')
  })

  it.each(['', 'v1', 'v2.a.b.c.d', 'v1....', `${encryptSettings(settings, key, row)}.x`])(
    'refuse %j',
    (text) => {
      expect(() => decryptSettings(text, [key], row)).toThrow(Error)
    },
  )

  it('refuse a shortened tag', () => {
    const parts = encryptSettings(settings, key, row).split('.')
    parts[3] = Buffer.from(parts[3]!, 'base64url').subarray(0, 4).toString('base64url')
    expect(() => decryptSettings(parts.join('.'), [key], row)).toThrow('damaged')
  })
})

const isReadable = (text: string): boolean => {
  try {
    decryptSettings(text, [key], row)
    return true
  } catch {
    return false // A refusal is what the check counts.
  }
}
