import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrations } from '../sqlite/migrations.ts'
import { execute, transferSetup } from './testing/transfer-setup.ts'
import { transferTables } from './transfer-tables.ts'

const setup = await transferSetup()

const moved = transferTables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))

/** What only one of the two has, and why it need not move. */
const onlyInSqlite = [
  // An index of keys; PostgreSQL has UNIQUE(cohort, key).
  'member_key.cohort',
  'member_key.id',
  'member_key.key_hash',
  // Whoever held a lease does not come along.
  'destination.leased_by',
  'destination.leased_until',
]
const onlyInPostgres = [
  'destination.leased_by',
  'destination.leased_until',
  'migration.applied_at',
  'migration.needs_program',
  'migration.number',
  // How far a step inside one page is; SQLite takes a page in one step.
  'page.applied',
]

test('every column of the SQLite schema moves or is known to stay', () => {
  const database = new DatabaseSync(':memory:')
  for (const migration of migrations) database.exec(migration)
  const rows = database
    .prepare(
      `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`,
    )
    .all()
  const computed = ['page.page_number']
  const all = rows.map(({ name }) => String(name))
  expect(all.toSorted()).toEqual(
    [...moved.filter((name) => !computed.includes(name)), ...onlyInSqlite].toSorted(),
  )
})

test('every column of the PostgreSQL schema is filled or is known to need nothing', async () => {
  const rows = await execute(
    await setup.createTarget(),
    `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
     JOIN pg_class ON pg_class.oid = ('cohort_relay.' || c.table_name)::regclass
     WHERE c.table_schema = 'cohort_relay' AND relkind IN ('r', 'p') AND NOT relispartition`,
  )
  expect(rows.map(({ name }) => String(name)).toSorted()).toEqual([...moved, ...onlyInPostgres].toSorted())
})
