import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { openPostgresStore } from './postgres-store.ts'
import { newDatabase } from './testing/test-store.ts'

const setup = async () => {
  const url = await newDatabase()
  const world = await ledgerWorld(await openPostgresStore({ url, allowUnsafeServer: true }))
  const other = new Client({ connectionString: url })
  await other.connect()
  onTestFinished(async () => {
    await other.end()
    await world.store.close()
  })
  /** Lets the work begin, and ends the other transaction once the work waits for it, or is done. */
  const beside = async (work: Promise<unknown>): Promise<void> => {
    const ending = new AbortController()
    const done = work.finally(() => ending.abort())
    const isWaited = async (): Promise<boolean> =>
      (await other.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount! > 0
    while (!ending.signal.aborted && !(await isWaited()));
    await other.query('COMMIT')
    await done
  }
  return { ...world, other, beside }
}

test('a change that comes while a turn ends is owed', async () => {
  const { destination, sync, send, apply, owed, other, beside } = await setup()
  await destination()
  await sync('members', ['ann'])
  await send('add_members', ['bob'], { session: 's', page: [1, 1] })
  // The turn has delivered all that it sees, and has not committed that it has.
  await other.query('BEGIN; SELECT FROM cohort_relay.feed FOR NO KEY UPDATE')
  await other.query(`UPDATE cohort_relay.feed SET cursor = 1, told = 1, due_at = CASE
    WHEN 1 < (SELECT sequence FROM cohort_relay.cohort WHERE id = feed.cohort) THEN now() END`)
  await beside(apply())
  expect(await owed(10)).toHaveLength(1)
})

test('a destination that is made while the first members come in is owed them', async () => {
  const { destination, send, owed, other, beside } = await setup()
  await send('members', ['ann'], { session: 's', page: [1, 1] })
  // The step has taken its cohort and knows of no destination.
  await other.query('BEGIN; SELECT FROM cohort_relay.cohort FOR NO KEY UPDATE')
  await other.query('UPDATE cohort_relay.cohort SET sequence = 1')
  await beside(destination())
  expect(await owed(10)).toHaveLength(1)
})
