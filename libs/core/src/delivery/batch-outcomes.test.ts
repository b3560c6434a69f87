import type { MemberResult, Outcome } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { batchOutcomes } from './batch-outcomes.ts'
import type { FeedBatch, FeedChange } from './feed-store.ts'
import { planBatch, type Task } from './plan-batch.ts'

const at = new Date('2026-11-23T12:00:00Z')
const email = (id: string): string => JSON.stringify({ email: `${id}@example.com` })
const change = (id: string, sequence: number, changed: Partial<FeedChange> = {}): FeedChange => ({
  memberRow: sequence,
  id,
  sequence,
  changedAt: at,
  present: true,
  properties: email(id),
  formerProperties: [],
  formerMembers: [],
  attempts: 0,
  isTold: false,
  ...changed,
})
const changes = [change('ann', 11), change('bob', 12), change('cid', 15)]
const result = (memberId: string, outcome: Outcome): MemberResult =>
  outcome === 'applied' || outcome === 'unchanged'
    ? { memberId, outcome }
    : { memberId, outcome, reason: 'as the test says' }

const record = (
  answers: Record<string, Outcome>,
  { owed = changes, begin = 10, cursor = 20 }: { owed?: FeedChange[]; begin?: number; cursor?: number } = {},
) => {
  const batch: FeedBatch = {
    feedId: 1,
    destinationId: 'crm',
    lease: 1,
    version: 1,
    cohort: { projectId: '1', id: 'trial', name: 'Trial', description: '' },
    audienceId: 'list-1',
    begin,
    cursor,
    attempts: 0,
    formerViews: [],
    changes: owed,
  }
  const plan = planBatch(batch, { identity: [{ property: 'email', kind: 'email' }], properties: 'all' })
  const sent = [...plan.removals, ...plan.additions].flatMap((task: Task) => {
    const outcome = answers[`${task.verb} ${task.member.id}`]
    return outcome === undefined ? [] : [{ task, result: result(task.member.id, outcome) }]
  })
  const outcomes = batchOutcomes({ batch, plan, sent, at, random: () => 0.5 })
  const failures = outcomes.failures.map(({ memberRow, kind }) => `${memberRow} ${kind}`)
  return { ...outcomes, failures, kept: outcomes.failures }
}

test.each<[string, Record<string, Outcome>, object]>([
  [
    'all sent',
    { 'add ann': 'applied', 'add bob': 'unchanged', 'add cid': 'applied' },
    { cursor: 20, delivered: 3, settled: [11, 12, 15], failures: [] },
  ],
  ['nothing sent', {}, { cursor: 10, delivered: 0, settled: [], failures: [] }],
  [
    'the first of three sent',
    { 'add ann': 'applied' },
    { cursor: 11, delivered: 1, settled: [11], failures: [] },
  ],
  ['the last alone sent', { 'add cid': 'applied' }, { cursor: 10, delivered: 0, settled: [], failures: [] }],
  [
    'a failed member is left behind',
    { 'add ann': 'applied', 'add bob': 'retry', 'add cid': 'refused' },
    { cursor: 20, delivered: 1, settled: [11], failures: ['12 retry', '15 refused'] },
  ],
])('%s', (_name, answers, expected) => {
  expect(record(answers)).toMatchObject(expected)
})

test('the cursor stays where members are tried again, of whom those without an outcome stay due', () => {
  const outcomes = record({ 'add bob': 'applied' }, { begin: 20 })
  expect(outcomes).toMatchObject({ cursor: 20, settled: [12], failures: [] })
})

test('a member whom nothing identifies has an outcome without a call', () => {
  const owed = [change('ann', 11, { properties: '{}' }), change('bob', 12)]
  expect(record({}, { owed })).toMatchObject({ cursor: 11, settled: [], failures: ['11 unresolved'] })
})

test.each<[Outcome, Outcome, string[]]>([
  ['applied', 'applied', []],
  ['applied', 'retry', ['11 retry']],
  ['retry', 'applied', ['11 retry']],
  ['refused', 'applied', ['11 refused']],
])('of a removal %s and an addition %s the worse counts', (removed, added, failures) => {
  const owed = [change('ann', 11, { formerProperties: [email('old')] })]
  expect(record({ 'remove ann': removed, 'add ann': added }, { owed }).failures).toEqual(failures)
})

test('a removal to be tried again keeps whom to remove, an addition does not', () => {
  const owed = [change('ann', 11, { formerProperties: [email('old')], attempts: 2 })]
  const [removal] = record({ 'remove ann': 'retry', 'add ann': 'retry' }, { owed }).kept
  expect(removal).toMatchObject({
    formerMembers: [
      { identity: { kind: 'email', value: 'old@example.com' }, properties: JSON.parse(email('old')) },
    ],
    attempts: 3,
  })
  expect(removal?.dueAt).toEqual(new Date(at.getTime() + 4000))
  const [addition] = record({ 'remove ann': 'applied', 'add ann': 'retry' }, { owed }).kept
  expect(addition).toMatchObject({ formerMembers: [] })
})

test('members of one call are tried again at the same time', () => {
  let random = 0
  const batch = { begin: 10, cursor: 20, formerViews: [], changes } as unknown as FeedBatch
  const plan = planBatch(batch, { identity: [{ property: 'email', kind: 'email' }], properties: 'all' })
  const sent = plan.additions.map((task) => ({ task, result: result(task.member.id, 'retry') }))
  const { failures } = batchOutcomes({ batch, plan, sent, at, random: () => (random += 0.1) })
  expect(new Set(failures.map(({ dueAt }) => dueAt?.getTime())).size).toBe(1)
})
