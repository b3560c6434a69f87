import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll } from 'vitest'
import { describeClearing } from '../transfer/testing/describe-clearing.ts'
import { openSqliteStore } from './sqlite-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'cohort-relay-deletion-'))
let files = 0
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const dump = (path: string) => {
  const database = new DatabaseSync(path, { readOnly: true })
  const names = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all()
    .map(({ name }) => String(name))
  const rowsOf = (name: string) => database.prepare(`SELECT * FROM ${name}`).all()
  const tables = names.map((name) => [name, rowsOf(name).map((row) => JSON.stringify(row))])
  database.close()
  return Object.fromEntries(tables) as Record<string, string[]>
}

describeClearing('the SQLite store', async () => {
  const path = join(directory, `${++files}.db`)
  return { open: () => openSqliteStore({ path, stepMilliseconds: 0 }), dump: async () => dump(path) }
})
