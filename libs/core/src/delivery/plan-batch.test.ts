import { expect, test } from 'vitest'
import type { FeedChange } from './feed-store.ts'
import type { MappedProperties } from '../identity/mapped-properties.ts'
import { planBatch } from './plan-batch.ts'

const email = (value: string | undefined): string =>
  JSON.stringify(value === undefined ? {} : { email: value })
const change = (
  id: string,
  present: boolean,
  current: string | undefined,
  ...former: (string | undefined)[]
): FeedChange => ({
  memberRow: 1,
  id,
  sequence: 1,
  changedAt: new Date(0),
  attempts: 0,
  isTold: false,
  present,
  properties: email(current),
  formerProperties: former.map(email),
  formerMembers: [],
})
const batchOf = (changes: FeedChange[]) => ({ begin: 0, formerViews: [], changes })
const plan = (...changes: FeedChange[]) => {
  const { removals, additions, unresolved } = planBatch(batchOf(changes), {
    identity: [{ property: 'email', kind: 'email' }],
    properties: 'all',
  })
  const told = [...removals, ...additions].map(
    ({ verb, member }) => `${verb} ${member.id} ${member.identity.value}`,
  )
  return [...told, ...unresolved.map(({ change: { id } }) => `unresolved ${id}`)]
}

test.each<[string, FeedChange[], string[]]>([
  ['a newcomer is added', [change('ann', true, 'a@b')], ['add ann a@b']],
  ['a leaver is removed', [change('ann', false, 'a@b')], ['remove ann a@b']],
  [
    'a new address takes the place of the old one',
    [change('ann', true, 'b@b', 'a@b')],
    ['remove ann a@b', 'add ann b@b'],
  ],
  ['other properties change nothing of who she is', [change('ann', true, 'A@b', 'a@b ')], ['add ann a@b']],
  [
    'all addresses that may have been told are taken back',
    [change('ann', true, 'c@b', 'a@b', 'b@b')],
    ['remove ann a@b', 'remove ann b@b', 'add ann c@b'],
  ],
  [
    'an address that came back stays',
    [change('ann', true, 'a@b', 'a@b', 'b@b')],
    ['remove ann b@b', 'add ann a@b'],
  ],
  [
    'a leaver is removed under every address',
    [change('ann', false, 'b@b', 'a@b', 'b@b')],
    ['remove ann a@b', 'remove ann b@b'],
  ],
  ['a member without an address is unresolved', [change('ann', true, undefined)], ['unresolved ann']],
  [
    'a member who lost her address is removed and unresolved',
    [change('ann', true, undefined, 'a@b')],
    ['remove ann a@b', 'unresolved ann'],
  ],
  ['a leaver nobody could tell is left alone', [change('ann', false, undefined)], []],
  [
    'a leaver does not take along who shares her address',
    [change('ann', false, 'a@b'), change('bob', true, 'a@b')],
    ['add bob a@b'],
  ],
  [
    'an address that passes to another member stays',
    [change('ann', true, 'b@b', 'a@b'), change('bob', true, 'a@b')],
    ['add ann b@b', 'add bob a@b'],
  ],
  [
    'removals come first',
    [change('ann', true, 'a@b'), change('bob', false, 'b@b')],
    ['remove bob b@b', 'add ann a@b'],
  ],
])('%s', (_name, changes, told) => {
  expect(plan(...changes)).toEqual(told)
})

const telling = (
  current: object | string,
  former: (object | string)[],
  changed: Partial<FeedChange> = {},
): FeedChange[] => {
  const text = (value: object | string) => (typeof value === 'string' ? value : JSON.stringify(value))
  return [
    {
      ...change('ann', true, undefined),
      properties: text(current),
      formerProperties: former.map(text),
      isTold: true,
      ...changed,
    },
  ]
}
const counts = (changes: FeedChange[], properties: MappedProperties, decide = planBatch): string => {
  const { removals, additions, unresolved, unaffected } = decide(batchOf(changes), {
    identity: [{ property: 'email', kind: 'email' }],
    properties,
  })
  const parts = { removals, additions, unresolved, unaffected }
  return Object.entries(parts)
    .flatMap(([name, list]) => (list.length > 0 ? [name] : []))
    .join(' ')
}

const told = { email: 'a@b', plan: 'pro', n: 1 }
const proto = (value: string): string => `{"__proto__":${value},"email":"a@b"}`
const nested = (value: unknown) => ({ email: 'a@b', città: { list: [{ value }] } })
const cases: [string, MappedProperties, object | string, (object | string)[], Partial<FeedChange>, string][] =
  [
    ['a change of what is not mapped is not sent', ['plan'], { ...told, n: 2 }, [told], {}, 'unaffected'],
    ['a change of what is mapped is sent', ['plan'], { ...told, plan: 'free' }, [told], {}, 'additions'],
    ['a value that came is sent', ['plan'], told, [{ email: 'a@b' }], {}, 'additions'],
    ['a value that went is sent', ['plan'], { email: 'a@b' }, [told], {}, 'additions'],
    ['null is not absent', ['plan'], { email: 'a@b', plan: null }, [{ email: 'a@b' }], {}, 'additions'],
    ['a number is not its text', ['n'], { ...told, n: '1' }, [told], {}, 'additions'],
    ['everything counts for all', 'all', { ...told, n: 2 }, [told], {}, 'additions'],
    [
      'a new address is sent though nothing is mapped',
      [],
      { email: 'b@b' },
      [told],
      {},
      'removals additions',
    ],
    ['another way to write the address is not sent', [], { email: 'A@b ' }, [told], {}, 'unaffected'],
    [
      'another way to write a mapped address is sent',
      ['email'],
      { email: 'A@b' },
      [{ email: 'a@b' }],
      {},
      'additions',
    ],
    ['a nested change is sent', ['città'], nested(2), [nested(1)], {}, 'additions'],
    ['an equal nested value is not sent', ['città'], { ...nested(1), n: 2 }, [nested(1)], {}, 'unaffected'],
    [
      '__proto__ is a property like others',
      ['__proto__'],
      proto('{"a":2}'),
      [proto('{"a":1}')],
      {},
      'additions',
    ],
    ['__proto__ is not sent unless mapped', ['a'], proto('{"a":2}'), [proto('{"a":1}')], {}, 'unaffected'],
    ['more that is kept is not sent', ['plan'], { ...told, more: 1 }, [told], {}, 'unaffected'],
    ['less that is kept is not sent', ['plan'], { email: 'a@b', plan: 'pro' }, [told], {}, 'unaffected'],
    [
      'a value that came back is sent, since the other may have been told',
      ['plan'],
      told,
      [told, { ...told, plan: 'free' }],
      {},
      'additions',
    ],
    ['a newcomer is sent', ['plan'], { ...told, n: 2 }, [told], { isTold: false }, 'additions'],
    ['a member who changed in nothing is sent', ['plan'], told, [], {}, 'additions'],
    ['a leaver is sent', ['plan'], { ...told, n: 2 }, [told], { present: false, isTold: false }, 'removals'],
    ['a lost address is sent', ['plan'], { plan: 'pro' }, [told], {}, 'removals unresolved'],
  ]

test.each(cases)('%s', (_name, mapped, current, former, changed, expected) => {
  expect(counts(telling(current, former, changed), mapped)).toBe(expected)
})

test('a planner that ignores the mapping fails this table', () => {
  const ignoring: typeof planBatch = (batch, view) => planBatch(batch, { ...view, properties: 'all' })
  const wrong = cases.filter(
    ([, mapped, current, former, changed, expected]) =>
      counts(telling(current, former, changed), mapped, ignoring) !== expected,
  )
  expect(wrong.length).toBeGreaterThan(0)
})

test('a member carries what the destination maps and nothing else', () => {
  const changes = telling('{"__proto__":{"a":[1]},"email":"a@b","年齢":7}', [], { isTold: false })
  const { additions } = planBatch(batchOf(changes), {
    identity: [{ property: 'email', kind: 'email' }],
    properties: ['__proto__', '年齢', 'constructor'],
  })
  expect(JSON.stringify(additions[0]?.member.properties)).toBe('{"__proto__":{"a":[1]},"年齢":7}')
})

test('who shares her address with a leaver keeps it though nothing has to be sent of her', () => {
  const [ann] = telling({ ...told, n: 2 }, [told])
  expect(counts([ann!, change('bob', false, 'a@b')], [])).toBe('unaffected')
})

const phone = { identity: [{ property: 'phone', kind: 'phone' as const }], properties: [] }
const address = { identity: [{ property: 'email', kind: 'email' as const }], properties: [] }
const known = { email: 'a@b', phone: '+493012345' }

test.each<[string, object, string]>([
  ['under the identity of before is taken back and told anew', {}, 'remove a@b, add +493012345'],
  ['who left is taken back as either', { present: false }, 'remove a@b, remove +493012345'],
  ['who has no identity any more is taken back', { properties: '{"email":"a@b"}' }, 'remove a@b'],
  [
    'is taken back under what she had before, too',
    { formerProperties: ['{"email":"c@d"}'] },
    'remove c@d, remove a@b, add +493012345',
  ],
  ['behind the cursor was told already', { sequence: 0 }, 'add +493012345'],
  [
    'who could not be taken back is taken back as she was sent',
    { sequence: 0, formerMembers: [{ identity: { kind: 'id', value: 'x' }, properties: {} }] },
    'remove x, add +493012345',
  ],
])('a member who was seen otherwise: %s', (_name, changed, expected) => {
  const changes = [...telling(known, [])].map((one) => ({ ...one, ...changed }))
  const { removals, additions } = planBatch({ begin: 0, formerViews: [address], changes }, phone)
  const sent = [...removals, ...additions].map(({ verb, member }) => `${verb} ${member.identity.value}`)
  expect(sent.join(', ')).toBe(expected)
})

test('a member who looks the same in every view is not sent again, unless it is not sure that she was told', () => {
  const views = [address, { ...address, properties: ['plan'] }]
  const decide = (changed: Partial<FeedChange>) => {
    const changes = [...telling(known, [], changed)]
    const { additions, unaffected } = planBatch({ begin: 0, formerViews: views, changes }, address)
    return [additions.length, unaffected.length]
  }
  expect(decide({})).toEqual([0, 1])
  expect(decide({ isTold: false })).toEqual([1, 0])
  expect(decide({ properties: JSON.stringify({ ...known, plan: 'pro' }) })).toEqual([1, 0])
})
