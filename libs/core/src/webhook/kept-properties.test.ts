import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MappedProperties } from '../identity/mapped-properties.ts'
import { completeAfter, keptProperties } from './kept-properties.ts'
import { propertiesText } from './properties-text.ts'

const view = (properties: MappedProperties, created = 1, property = 'email') => ({
  identity: [{ property, kind: 'id' as const }],
  properties,
  createdAt: new Date(created),
})

describe('the properties that are kept', () => {
  test.each<[string, 'mapped' | 'all', MappedProperties[], readonly string[] | 'all']>([
    ['are none without a destination', 'mapped', [], []],
    ['are all without a destination where the account says so', 'all', [], 'all'],
    ['are what people are looked up by', 'mapped', [[]], ['email']],
    ['are what any destination maps', 'mapped', [['plan'], ['city', 'plan']], ['email', 'plan', 'city']],
    ['are all as soon as one destination is sent all', 'mapped', [['plan'], 'all'], 'all'],
    ['are all where the account says so, whatever is mapped', 'all', [['plan']], 'all'],
  ])('%s', (_name, keepProperties, mapped, expected) => {
    const kept = keptProperties(
      { keepProperties },
      mapped.map((properties) => view(properties)),
    )
    expect(kept === 'all' ? kept : [...kept]).toEqual(expected)
  })

  test('survive unharmed under any name, and no other does', () => {
    const name = fc.oneof(
      fc.constantFrom('__proto__', 'constructor', 'toString', 'é', 'e\u0301', '年齢', '👩‍👩‍👧', ''),
      fc.string({ unit: 'binary' }),
    )
    const properties = fc.array(fc.tuple(name, fc.jsonValue())).map((entries) => Object.fromEntries(entries))
    fc.assert(
      fc.property(properties, fc.array(name), (given, names) => {
        const keep = new Set([...names, ...Object.keys(given).slice(0, 2)])
        const text = propertiesText({ id: 'ann', properties: given }, keep)
        const wanted = Object.entries(JSON.parse(JSON.stringify(given)) as object).filter(([one]) =>
          keep.has(one),
        )
        const kept = Object.entries(JSON.parse(text) as object)
        expect(new Map(kept)).toEqual(new Map(wanted))
      }),
      { numRuns: 500 },
    )
  })

  test('hold a second id that differs, whatever is mapped', () => {
    const properties = { mixpanel_distinct_id: 'ann', $distinct_id: 'device', plan: 'pro' }
    expect(propertiesText({ id: 'ann', properties }, new Set())).toBe('{"$distinct_id":"device"}')
  })
})

describe('members may lack what a destination uses', () => {
  test.each<[string, 'mapped' | 'all', ReturnType<typeof view>, ReturnType<typeof view>[], number]>([
    ['when it is the first', 'mapped', view(['plan'], 9), [], 9],
    ['when no other maps all of it', 'mapped', view(['plan', 'city'], 9), [view(['plan'], 5)], 9],
    [
      'from when the others together map it',
      'mapped',
      view(['a', 'b'], 9),
      [view(['a'], 5), view(['b'], 7)],
      7,
    ],
    ['from when another is sent all', 'mapped', view(['plan'], 9), [view('all', 4)], 4],
    ['when it is the first that is sent all', 'mapped', view('all', 9), [view(['all'], 4)], 9],
    ['never where the account keeps all', 'all', view('all', 9), [], 0],
    ['never where it needs the id alone', 'mapped', view([], 9, 'mixpanel_distinct_id'), [], 0],
  ])('%s', (_name, keepProperties, created, others, expected) => {
    expect(completeAfter({ keepProperties }, created, others).getTime()).toBe(expected)
  })
})
