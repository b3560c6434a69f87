import { expect, test } from 'vitest'
import { planSyncs, type PlanOptions } from './plan-syncs.ts'

const asked: PlanOptions = { mode: 'steps', add: 0, remove: 0, repeat: false, interval: 60, syncs: 3 }

test.each<[string, Partial<PlanOptions>, string[]]>([
  ['a full sync alone', {}, ['full']],
  ['a diff when somebody joins', { add: 1 }, ['full', 'diff']],
  ['a diff when somebody leaves', { remove: 1 }, ['full', 'diff']],
  ['the same again at the end', { add: 1, repeat: true }, ['full', 'diff', 'repeat']],
  ['one-time', { mode: 'one-time', repeat: true }, ['full', 'repeat']],
  ['recurring', { mode: 'recurring' }, ['full', 'diff', 'diff', 'diff']],
])('plans %s', (_name, changes, kinds) => {
  expect(planSyncs({ ...asked, ...changes }).map(({ kind }) => kind)).toEqual(kinds)
})

test('waits the interval before each diff of a recurring sync and nowhere else', () => {
  const plan = planSyncs({ ...asked, mode: 'recurring', syncs: 2, repeat: true })
  expect(plan.map(({ after }) => after)).toEqual([0, 60, 60, 0])
})
