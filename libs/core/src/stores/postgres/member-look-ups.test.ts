import { randomUUID } from 'node:crypto'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { CohortTally } from '../cohort-tally.ts'
import { addMembers } from './add-members.ts'
import { openDatabase, type Database, type Queries } from './database.ts'
import { findMembers, presentOf } from './member-rows.ts'
import { migratePostgres } from './migrate.ts'
import { number } from './row.ts'
import { removeRows } from './remove-members.ts'

const members = 5000
const named = 500

const insertSql = [
  "INSERT INTO cohort_relay.account VALUES('account', '', now(), '{}')",
  `INSERT INTO cohort_relay.cohort(id, account_id, project_id, cohort_id, name, description, sequence, members)
   VALUES(1, 'account', '1', '1', '', '', ${members}, ${members})`,
  `INSERT INTO cohort_relay.member(cohort, id, key, properties)
   SELECT 1, n, 'member ' || n, '{}' FROM generate_series(1, ${members}) AS n`,
  `INSERT INTO cohort_relay.member_state(cohort, id, present, sequence, fingerprint)
   SELECT 1, n, true, n, 0 FROM generate_series(1, ${members}) AS n`,
]

/** A cohort that grew and was not analysed since, as that of a first sync: the planner takes it for a small one. */
const setup = async (): Promise<Database> => {
  const url = inject('postgres')
  const admin = openDatabase({ url, poolSize: 1, applicationName: 'test', log: { warn: () => {} } })
  const name = `look_ups_${randomUUID().replaceAll('-', '')}`
  await admin.run(`CREATE DATABASE ${name}`)
  await admin.close()
  const own = url.replace('/postgres?', `/${name}?`)
  await migratePostgres(own)
  const database = openDatabase({ url: own, poolSize: 2, applicationName: 'test', log: { warn: () => {} } })
  onTestFinished(() => database.close())
  for (const sql of insertSql) await database.run(sql)
  return database
}

const readSql = `SELECT sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::integer AS rows
  FROM pg_stat_xact_user_tables WHERE relname ~ '^member_(state_)?[0-9]+$'`

/** Rows of members that the work reads. */
const rowsReadBy = (database: Database, work: (queries: Queries) => Promise<unknown>): Promise<number> =>
  database.transaction(async (queries) => {
    await work(queries)
    return number(await queries.one(readSql), 'rows')
  })

const ids = Array.from({ length: named }, (_, index) => index * 3 + 1)
const keys = ids.map((id) => `member ${id}`)
const tally = (): CohortTally => ({
  cohort: 1,
  sync: null,
  keep: 'all',
  keepVersions: true,
  sequence: members,
  members,
  held: 0,
  isFirstSync: false,
  added: 0,
  removed: 0,
  updated: 0,
  unchanged: 0,
})

test.each<[string, (queries: Queries) => Promise<unknown>]>([
  ['finding members', (queries) => findMembers(queries, 1, keys)],
  ['asking who is present', (queries) => presentOf(queries, 1, ids)],
  [
    'altering members',
    (queries) =>
      addMembers(
        queries,
        tally(),
        keys.map((id) => ({ id, properties: { plan: 'new' } })),
      ),
  ],
  ['removing members', (queries) => removeRows(queries, tally(), ids)],
])('%s reads them and not the whole of a cohort that just grew', async (_, work) => {
  expect(await rowsReadBy(await setup(), work)).toBeLessThanOrEqual(5 * named)
})

test('a join reads the whole cohort, and is noticed by that check (negative control)', async () => {
  const join = `SELECT member.id FROM unnest($1::text[]) AS wanted(key)
    JOIN cohort_relay.member ON member.cohort = 1 AND member.key = wanted.key COLLATE "C"
    JOIN cohort_relay.member_state AS state ON state.cohort = 1 AND state.id = member.id`
  expect(await rowsReadBy(await setup(), (queries) => queries.all(join, [keys]))).toBeGreaterThan(5 * named)
})
