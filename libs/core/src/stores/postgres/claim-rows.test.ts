import { expect, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { claimFeeds } from './claim-rows.ts'
import { openDatabase } from './database.ts'
import { explained } from './testing/explained.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const many = 20_000

/** An account with many feeds that are due, and another one with one that became due after them. */
const setup = async () => {
  const plans: string[] = []
  const url = await newDatabase()
  const database = openDatabase({ url, poolSize: 1, applicationName: 'plans', log: { warn: () => {} } })
  const world = await ledgerWorld(await openTestStore(url))
  onTestFinished(async () => void (await Promise.all([world.store.close(), database.close()])))
  await world.destination('crm')
  await ask(
    url,
    `INSERT INTO cohort_relay.cohort(account_id, project_id, cohort_id, name, description)
       SELECT 'acme', '1', 'c' || number, '', '' FROM generate_series(1, ${many}) AS number;
     INSERT INTO cohort_relay.feed(destination_id, cohort, start, due_at)
       SELECT 'crm', id, 0, '2026-01-01' FROM cohort_relay.cohort;
     ANALYZE`,
  )
  await world.destination('push', 'globex')
  await world.sync('members', ['ann'], { account: 'globex' })
  const watched = explained(database, plans, true)
  const look = async () => {
    plans.length = 0
    const claim = { holder: 'w', seconds: 0, limit: 8 }
    const turns = await watched.transaction((queries) => claimFeeds(queries, world.now(), claim))
    return turns.map(({ destinationId }) => destinationId)
  }
  return { ...world, url, look, mostRead: () => Math.max(...plans.map(rowsRead)) }
}

/** Rows that one part of the plan read, in all its rounds, whether they were kept or not. */
const rowsRead = (plan: string): number => {
  const read = [...plan.matchAll(/actual rows=(?<rows>[\d.]+) loops=(?<loops>\d+)/g)].map(
    ({ groups }) => Number(groups?.['rows']) * Number(groups?.['loops']),
  )
  const removed = [...plan.matchAll(/Rows Removed by .*?: (?<rows>\d+)/g)].map(({ groups }) =>
    Number(groups?.['rows']),
  )
  return Math.max(...read, ...removed)
}

test('a look for what is due reads no feed of a disabled account, however many are due', async () => {
  const { settings, look, mostRead } = await setup()
  await settings({ disabled: true })
  expect(await look()).toEqual(['push'])
  expect(mostRead()).toBeLessThan(10)
  await settings({})
  expect(await look()).toEqual(['crm', 'push'])
})

test('a look that passes over them one by one is noticed (negative control)', async () => {
  const { settings, url, look, mostRead } = await setup()
  await settings({ disabled: true })
  await ask(url, 'UPDATE cohort_relay.feed SET withheld = false; ANALYZE cohort_relay.feed')
  expect(await look()).toEqual(['push'])
  expect(mostRead()).toBeGreaterThanOrEqual(many)
})

test('an account that a program without that column disables or enables is served alike', async () => {
  const { url, look } = await setup()
  const say = (disabled: boolean) =>
    ask(
      url,
      `UPDATE cohort_relay.account SET settings = settings || '{"disabled":${disabled}}' WHERE id = 'acme'`,
    )
  await say(true)
  expect(await look()).toEqual(['push'])
  const [lag] = await ask(url, 'SELECT owed_feeds FROM cohort_relay.feed_lag')
  expect(Number(lag?.['owed_feeds'])).toBe(1)
  await say(false)
  expect(await look()).toEqual(['crm', 'push'])
})
