import { describe, expect, it } from 'vitest'
import { defaultJoiningProperties, type JoiningProperty } from './joining-property.ts'
import { resolveIdentity } from './resolve-identity.ts'

const resolve = (
  properties: Record<string, unknown>,
  joining: readonly JoiningProperty[] = defaultJoiningProperties,
) => resolveIdentity({ id: 'ann-1', properties }, joining)

describe('the identity of a member', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['the documented form', { email: 'Ann@Example.com' }, 'email', 'ann@example.com'],
    ['the custom-export form', { $email: 'ann@example.com' }, '$email', 'ann@example.com'],
    ['the first in order', { $email: 'b@example.com', email: 'a@example.com' }, 'email', 'a@example.com'],
    [
      'the next when the first is unusable',
      { email: 'none', $email: 'a@example.com' },
      '$email',
      'a@example.com',
    ],
    ['the distinct id when there is no e-mail', {}, 'mixpanel_distinct_id', 'ann-1'],
    ['the exported distinct id when it is there', { mixpanel_distinct_id: 'x' }, 'mixpanel_distinct_id', 'x'],
    ['the distinct id for an empty text', { mixpanel_distinct_id: '' }, 'mixpanel_distinct_id', 'ann-1'],
  ])('%s', (_name, properties, property, value) => {
    expect(resolve(properties)).toMatchObject({ property, identity: { value } })
  })

  it('takes $distinct_id for the distinct id too', () => {
    expect(resolve({}, [{ property: '$distinct_id', kind: 'id' }])).toEqual({
      identity: { kind: 'id', value: 'ann-1' },
      property: '$distinct_id',
    })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is an own property or nothing',
    (name) => {
      expect(resolve({}, [{ property: name, kind: 'id' }])).toHaveProperty('unresolved')
      const properties = JSON.parse(`{"${name}":"ann"}`) as Record<string, unknown>
      expect(resolve(properties, [{ property: name, kind: 'id' }])).toMatchObject({
        identity: { value: 'ann' },
      })
    },
  )

  it('names what was tried and no value when nothing is usable', () => {
    const joining: JoiningProperty[] = [
      { property: 'email', kind: 'email' },
      { property: '$phone', kind: 'phone' },
    ]
    expect(resolve({ email: 'secret-person' }, joining)).toEqual({
      unresolved: 'no joining property has a usable value: email (not a usable email), $phone (absent)',
    })
  })
})
