import type { Member } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { readResults } from './read-results.ts'

const member = (id: string): Member => ({ id, identity: { kind: 'id', value: id }, properties: {} })
const members = [member('ann'), member('__proto__')]

const read = (body: unknown, asked = members) => readResults({ json: () => body }, asked)

const wordsFor = (results: unknown, id = 'ann') => {
  const [result] = read({ results }, [member(id)])
  return result && 'reason' in result ? `${result.outcome}: ${result.reason}` : result?.outcome
}

test.each([undefined, null, 7, 'ok', [], [{ id: 'ann', outcome: 'refused' }], {}, { ok: true }])(
  'takes the answer %j for all applied',
  (body) => {
    expect(read(body)).toEqual([
      { memberId: 'ann', outcome: 'applied' },
      { memberId: '__proto__', outcome: 'applied' },
    ])
  },
)

test.each([null, {}, 'all', 7, true])('tries everyone again when results is %j', (results) => {
  const reason = 'The partner answered with `results` that are not a list.'
  expect(read({ results })).toEqual([
    { memberId: 'ann', outcome: 'retry', reason },
    { memberId: '__proto__', outcome: 'retry', reason },
  ])
})

const missing = 'retry: The partner gave no result for this member.'
const unknown = 'retry: The partner gave an outcome that does not exist.'

test.each([
  [[{ id: 'ann', outcome: 'applied' }], 'applied'],
  [[{ id: 'ann', outcome: 'unchanged', reason: 'was there' }], 'unchanged'],
  [[{ id: 'ann', outcome: 'skipped', reason: ' nobody of that name ' }], 'skipped: nobody of that name'],
  [[{ id: 'ann', outcome: 'refused', reason: 'unsubscribed' }], 'refused: unsubscribed'],
  [[{ id: 'ann', outcome: 'retry', reason: 'busy' }], 'retry: busy'],
  [[{ id: 'ann', outcome: 'refused' }], 'refused: The partner gave no reason.'],
  [[{ id: 'ann', outcome: 'refused', reason: ' ' }], 'refused: The partner gave no reason.'],
  [[{ id: 'ann', outcome: 'refused', reason: { code: 7 } }], 'refused: The partner gave no reason.'],
  [[{ id: 'ann', outcome: 'refused', reason: 'a\u0000b\nc' }], 'refused: a b c'],
  [[{ id: 'ann', outcome: 'refused', reason: 'x'.repeat(300) }], `refused: ${'x'.repeat(200)}`],
  [[{ id: 'ann', outcome: 'refused', reason: `${'x'.repeat(199)}🎉` }], `refused: ${'x'.repeat(199)}\uFFFD`],
  [[{ id: 'ann', outcome: 'done' }], unknown],
  [[{ id: 'ann', outcome: 'toString' }], unknown],
  [[{ id: 'ann' }], unknown],
  [[], missing],
  [[null, 7, 'ann', ['ann'], {}], missing],
  [[{ id: 'bob', outcome: 'applied' }], missing],
  [[{ id: ['ann'], outcome: 'applied' }], missing],
  [
    [
      { id: 'ann', outcome: 'applied' },
      { id: 'ann', outcome: 'retry', reason: 'last' },
    ],
    'retry: last',
  ],
])('reads %j as %s', (results, words) => {
  expect(wordsFor(results)).toBe(words)
})

test('keeps exactly one result per member in their order, whatever order and extras the partner sends', () => {
  const results = [
    { id: 'eve', outcome: 'applied' },
    { id: '__proto__', outcome: 'refused', reason: 'odd' },
    { id: 'ann', outcome: 'applied' },
  ]
  expect(read({ results })).toEqual([
    { memberId: 'ann', outcome: 'applied' },
    { memberId: '__proto__', outcome: 'refused', reason: 'odd' },
  ])
})
