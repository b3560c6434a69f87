import { expect, test } from 'vitest'
import { changePeople, distinctIdOf, firstPeople, memberOf } from './people.ts'

test('gives the same person for the same number and seed, another one for another seed', () => {
  expect(memberOf(7, 'default', 3)).toEqual(memberOf(7, 'default', 3))
  expect(distinctIdOf(7, 3)).not.toBe(distinctIdOf(7, 4))
})

test('gives nobody the id or the e-mail of another', () => {
  const members = firstPeople(20_000).map((number) => memberOf(number, 'default', 1))
  expect(new Set(members.map((member) => member['mixpanel_distinct_id'])).size).toBe(20_000)
  expect(new Set(members.map((member) => member['email'])).size).toBe(20_000)
})

test('writes ids as lower-case UUIDs', () => {
  expect(distinctIdOf(1, 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('writes the default form with the documented fields, about 290 bytes a member', () => {
  const members = firstPeople(1000).map((number) => memberOf(number, 'default', 1))
  expect(Object.keys(members[0] ?? {})).toEqual(
    expect.arrayContaining(['mixpanel_distinct_id', 'email', 'first_name', 'last_name', 'phone_number']),
  )
  expect(Object.keys(members[0] ?? {})).toHaveLength(11)
  expect(Buffer.byteLength(JSON.stringify(members)) / 1000).toBeGreaterThan(280)
  expect(Buffer.byteLength(JSON.stringify(members)) / 1000).toBeLessThan(300)
})

test('writes the custom form with raw names, both ids and no unprefixed e-mail', () => {
  const member = memberOf(1, 'custom', 1)
  expect(member['$distinct_id']).toBe(member['mixpanel_distinct_id'])
  expect(member['$email']).toBe(memberOf(1, 'default', 1)['email'])
  expect(member).toHaveProperty(['¿Cuál es tu rol? wizard'])
  expect(member).not.toHaveProperty('email')
  expect(member).not.toHaveProperty('first_name')
})

test('lets the oldest leave and new numbers join', () => {
  expect(changePeople([1, 2, 3], { add: 2, remove: 1 })).toEqual([2, 3, 4, 5])
  expect(changePeople([], { add: 2, remove: 1 })).toEqual([1, 2])
})
