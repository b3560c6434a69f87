import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { dueFeeds } from './due-feeds.ts'
import { openSqliteStore } from './sqlite-store.ts'

const setup = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-due-'))
  const path = join(folder, 'relay.db')
  const world = await ledgerWorld(await openSqliteStore({ path }))
  const database = new DatabaseSync(path)
  onTestFinished(async () => {
    database.close()
    await world.store.close()
    rmSync(folder, { recursive: true })
  })
  await world.destination()
  for (const cohort of ['one', 'two', 'three']) await world.sync('members', ['ann'], { cohort })
  /** What the index holds that the look goes through. */
  const inIndex = () =>
    database
      .prepare(
        'SELECT count(*) AS feeds FROM feed INDEXED BY feed_to_serve WHERE due_at IS NOT NULL AND withheld = 0',
      )
      .get()?.['feeds']
  return { ...world, database, inIndex }
}

test('a look for what is due goes through its index in order, and sorts nothing', async () => {
  const { database } = await setup()
  const statements: string[] = []
  const prepare = (sql: string) => {
    statements.push(sql)
    return database.prepare(sql)
  }
  dueFeeds({ prepare } as DatabaseSync)
  const steps = statements.flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
  const plan = steps.map(({ detail }) => String(detail))
  expect(plan[0]).toBe('SEARCH feed USING INDEX feed_to_serve (due_at<?)')
  expect(plan.join()).not.toContain('TEMP B-TREE')
})

test('the index holds no feed of an account while it is disabled', async () => {
  const { settings, destination, inIndex } = await setup()
  expect(inIndex()).toBe(3)
  await settings({ disabled: true })
  expect(inIndex()).toBe(0)
  await destination('push')
  expect(inIndex()).toBe(0)
  await settings({})
  expect(inIndex()).toBe(6)
})
