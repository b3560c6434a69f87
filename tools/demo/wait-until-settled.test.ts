import { expect, test } from 'vitest'
import type { LedgerCohort } from './admin-client.ts'
import { waitUntilSettled } from './wait-until-settled.ts'

const settled: LedgerCohort = {
  projectId: '1',
  id: '2',
  members: 10,
  lastSyncAt: 'now',
  openSession: false,
  destinations: [{ state: 'active', owed: 0, failed: 0 }],
}
const owing = (owed: number) => ({ ...settled, destinations: [{ state: 'active', owed, failed: 0 }] })

const setup = async (looks: readonly (LedgerCohort | undefined)[]) => {
  let clock = 0
  let looked = 0
  const owed: (number | undefined)[] = []
  const settledAt = await waitUntilSettled(
    {
      look: async () => looks[Math.min(looked++, looks.length - 1)],
      members: 10,
      lastSyncBefore: 'before',
      onLook: (count) => owed.push(count),
    },
    {
      wait: async (milliseconds) => {
        clock += milliseconds
      },
      now: () => clock,
      limit: 1000,
    },
  )
  return { settledAt, looked, owed }
}

test('needs two looks in a row without anything owed, and gives the moment of the first', async () => {
  const { settledAt, looked, owed } = await setup([settled, owing(3), settled, settled])
  expect(settledAt).toBe(100)
  expect(looked).toBe(4)
  expect(owed).toEqual([0, 3, 0, 0])
})

test.each<[string, LedgerCohort | undefined, string]>([
  ['the cohort is unknown', undefined, 'does not know the cohort'],
  ['the sync is not applied', { ...settled, lastSyncAt: 'before' }, 'last sync before'],
  ['the count is another', { ...settled, members: 9 }, 'holds 9 of 10 members'],
  ['a sync is open', { ...settled, openSession: true }, 'Not settled after 1 s'],
  ['something is owed', owing(4), 'owes 4 changes'],
])('gives up and says what it saw while %s', async (_name, look, message) => {
  await expect(setup([look])).rejects.toThrow(message)
})
