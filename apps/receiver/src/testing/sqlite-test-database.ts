import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '@cohort-relay/core'
import { rowsSql, stepMilliseconds, type TestDatabase } from './test-database.ts'

export const sqliteTestDatabase = (folder: string): TestDatabase => {
  const file = join(folder, 'relay.db')
  return {
    config: { kind: 'sqlite', file },
    environment: { DATABASE_URL: `sqlite:${file}` },
    open: () => openSqliteStore({ path: file, stepMilliseconds }),
    rows: async () => {
      const database = new DatabaseSync(file, { readOnly: true })
      try {
        return { ...database.prepare(rowsSql('main')).get() }
      } finally {
        database.close()
      }
    },
    text: async () =>
      [file, `${file}-wal`]
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, 'latin1'))
        .join(''),
  }
}
