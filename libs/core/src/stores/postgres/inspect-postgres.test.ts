import { expect, inject, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { inspectPostgres } from './inspect-postgres.ts'
import { newDatabase, openTestStore } from './testing/test-store.ts'

const now = (): Date => new Date()

test('looks into a database that is in use: what is encrypted, its clock, and that it may lose what it is given', async () => {
  const url = await newDatabase()
  const store = await openTestStore(url)
  onTestFinished(() => store.close())
  const world = await ledgerWorld(store)
  await world.destination('crm')
  const inspection = await inspectPostgres({ url, now })
  expect(inspection).toMatchObject({ problem: null, sealed: [{ destinationId: 'crm', accountId: 'acme' }] })
  // The server of the tests does without.
  expect(inspection.risks).toContainEqual(expect.stringContaining('fsync is off'))
  expect(Math.abs(inspection.skewMilliseconds!)).toBeLessThan(1000)
})

test('tells how far the clocks are apart, and which is behind', async () => {
  const url = await newDatabase()
  const late = await inspectPostgres({ url, now: () => new Date(Date.now() - 3_600_000) })
  expect(Math.abs(late.skewMilliseconds! - 3_600_000)).toBeLessThan(1000)
  const early = await inspectPostgres({ url, now: () => new Date(Date.now() + 3_600_000) })
  expect(Math.abs(early.skewMilliseconds! + 3_600_000)).toBeLessThan(1000)
})

test('says in words why it cannot be used, without the address', async () => {
  const missing = await inspectPostgres({ url: inject('postgres').replace('/postgres?', '/canary?'), now })
  expect(missing).toMatchObject({ problem: 'PostgreSQL: there is no such database', sealed: [] })
  const bare = await inspectPostgres({ url: inject('postgres'), now })
  expect(bare.problem).toContain('cohort-relay migrate')
})
