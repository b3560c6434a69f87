import { expect, test } from 'vitest'
import type { FeedChange } from './feed-store.ts'
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
  present,
  properties: email(current),
  formerProperties: former.map(email),
})
const plan = (...changes: FeedChange[]) => {
  const { removals, additions, unresolved } = planBatch(changes, [{ property: 'email', kind: 'email' }])
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
