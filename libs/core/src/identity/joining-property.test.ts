import { describe, expect, it } from 'vitest'
import { defaultJoiningProperties, joiningProperties } from './joining-property.ts'

describe('the configuration of joining properties', () => {
  it('defaults to the e-mail address in either member form, then the distinct id', () => {
    expect(joiningProperties.parse(undefined)).toEqual(defaultJoiningProperties)
  })

  it.each<[string, unknown, string | undefined]>([
    ['one property', [{ property: 'plan', kind: 'id' }], undefined],
    ['a phone with its country', [{ property: '$phone', kind: 'phone', defaultCountry: 'AR' }], undefined],
    ['no entry', [], ''],
    ['eleven entries', Array.from({ length: 11 }, () => ({ property: 'a', kind: 'id' })), ''],
    ['an unknown kind', [{ property: 'a', kind: 'fax' }], '0.kind'],
    ['an empty name', [{ property: '', kind: 'id' }], '0.property'],
    [
      'an unknown country',
      [{ property: 'a', kind: 'phone', defaultCountry: 'Wonderland' }],
      '0.defaultCountry',
    ],
    ['a country in lower case', [{ property: 'a', kind: 'phone', defaultCountry: 'ar' }], '0.defaultCountry'],
    [
      'a country without a phone',
      [{ property: 'a', kind: 'email', defaultCountry: 'AR' }],
      '0.defaultCountry',
    ],
    ['an unknown field', [{ property: 'a', kind: 'id', country: 'AR' }], '0'],
    ['text', 'email', ''],
  ])('%s', (_name, value, problemAt) => {
    const { error } = joiningProperties.safeParse(value)
    expect(error?.issues[0]?.path.join('.')).toBe(problemAt)
  })
})
