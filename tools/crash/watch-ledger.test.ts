import { expect, test } from 'vitest'
import type { LedgerCohort } from '../demo/admin-client.ts'
import { watchLedger } from './watch-ledger.ts'

const cohortOf = (lastSyncAt: string | null, openSession = false): LedgerCohort => ({
  projectId: '1',
  id: '2',
  members: 0,
  lastSyncAt,
  openSession,
  destinations: [],
})

const setup = (...answers: readonly (LedgerCohort | 'down' | undefined)[]) => {
  const left = [...answers]
  return watchLedger(async () => {
    const answer = left.shift()
    if (answer === 'down') throw new Error('connection refused')
    return answer
  })
}

test.each([
  ['wait to be applied', cohortOf(null, true)],
  ['are applied', cohortOf('2026-01-02')],
])('is content when acknowledged pages %s after the restart', async (_what, after) => {
  const watch = setup(undefined, after)
  await watch.beginWork()
  watch.beginSync()
  watch.acknowledged()
  await watch.killing()()
  expect(watch.losses()).toEqual([])
})

test.each([
  ['knows no such cohort', undefined],
  ['waits for nothing', cohortOf('2026-01-01')],
])('notices that acknowledged pages are gone when the receiver %s', async (_what, after) => {
  const watch = setup(cohortOf('2026-01-01'), after)
  await watch.beginWork()
  watch.beginSync()
  watch.acknowledged()
  watch.acknowledged()
  await watch.killing()()
  expect(watch.losses()).toContain('2 acknowledged pages were gone after a restart')
  expect(watch.lostPages()).toBe(2)
})

test('expects nothing of pages that were not acknowledged, nor of a try that was given up', async () => {
  const watch = setup(undefined, undefined)
  await watch.beginWork()
  watch.acknowledged()
  watch.beginSync()
  await watch.killing()()
  expect(watch.losses()).toEqual([])
})

test('notices a ledger that went back', async () => {
  const watch = setup(cohortOf('2026-01-02'), 'down', cohortOf('2026-01-01'))
  await watch.beginWork()
  expect(await watch.look()).toBeUndefined()
  await watch.killing()()
  expect(watch.losses()).toEqual(['the ledger went back to an older sync'])
})
