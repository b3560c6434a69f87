import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { inspectSqlite } from './inspect-sqlite.ts'
import { migrations } from './migrations.ts'
import { openSqliteStore } from './sqlite-store.ts'

const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-inspect-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'relay.db')
}

test('looks into a database that a process has open, and changes nothing', async () => {
  const path = newFile()
  const store = await openSqliteStore({ path })
  onTestFinished(() => store.close())
  const world = await ledgerWorld(store)
  await world.destination('crm')
  const inspection = await inspectSqlite(path)
  expect(inspection).toMatchObject({ problem: null, risks: [], skewMilliseconds: null })
  expect(inspection?.sealed).toMatchObject([{ destinationId: 'crm', accountId: 'acme' }])
})

test('makes no file where there is none', async () => {
  const path = newFile()
  expect(await inspectSqlite(path)).toBeUndefined()
  expect(existsSync(path)).toBe(false)
})

test.each([
  [
    'of a newer schema',
    `PRAGMA user_version = ${migrations.length + 1}`,
    expect.stringContaining('Update the program.'),
  ],
  ['of an older schema', `${migrations[0]}; PRAGMA user_version = 1`, null],
])('tells of a database %s whether it can be used', async (_name, sql, problem) => {
  const path = newFile()
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  const inspection = await inspectSqlite(path)
  expect(inspection?.sealed).toEqual([])
  expect(inspection?.problem).toEqual(problem)
})

test('says what SQLite says of a file that is no database', async () => {
  const path = newFile()
  writeFileSync(path, 'canary'.repeat(1000))
  expect((await inspectSqlite(path))?.problem).toBe('SQLite: file is not a database')
})
