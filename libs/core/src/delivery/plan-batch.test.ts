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
})
const plan = (...changes: FeedChange[]) => {
  const { removals, additions, unresolved } = planBatch(changes, {
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
  const { removals, additions, unresolved, unaffected } = decide(changes, {
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
  const ignoring: typeof planBatch = (changes, view) => planBatch(changes, { ...view, properties: 'all' })
  const wrong = cases.filter(
    ([, mapped, current, former, changed, expected]) =>
      counts(telling(current, former, changed), mapped, ignoring) !== expected,
  )
  expect(wrong.length).toBeGreaterThan(0)
})

test('a member carries what the destination maps and nothing else', () => {
  const changes = telling('{"__proto__":{"a":[1]},"email":"a@b","年齢":7}', [], { isTold: false })
  const { additions } = planBatch(changes, {
    identity: [{ property: 'email', kind: 'email' }],
    properties: ['__proto__', '年齢', 'constructor'],
  })
  expect(JSON.stringify(additions[0]?.member.properties)).toBe('{"__proto__":{"a":[1]},"年齢":7}')
})

test('who shares her address with a leaver keeps it though nothing has to be sent of her', () => {
  const [ann] = telling({ ...told, n: 2 }, [told])
  expect(counts([ann!, change('bob', false, 'a@b')], [])).toBe('unaffected')
})
