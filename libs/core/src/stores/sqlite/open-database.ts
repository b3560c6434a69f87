import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { lockDatabase } from './lock-database.ts'
import { voidLeases } from './lease-operations.ts'
import { migrations } from './migrations.ts'

export interface OpenedDatabase {
  readonly database: DatabaseSync
  /** Also lets other processes open it. */
  readonly close: () => void
}

/**
 * Opens or creates the database for this process alone and brings its schema up to date. Refuses a schema newer than this
 * program, and a database that another process has open.
 */
export const openDatabase = (path: string): OpenedDatabase => {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path, { timeout: 5000 })
  let unlock: (() => void) | undefined
  const close = (): void => {
    database.close()
    unlock?.()
  }
  try {
    unlock = lockDatabase(path)
    prepare(database)
    return { database, close }
  } catch (error) {
    close()
    throw error
  }
}

const prepare = (database: DatabaseSync): void => {
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4000; -- 16 MB: fewer pages are written twice
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
  `)
  migrate(database)
  voidLeases(database)
}

const migrate = (database: DatabaseSync): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > migrations.length)
    throw new StoreUnavailableError(
      `The database has schema ${version}; this program knows ${migrations.length}. Update the program.`,
    )
  for (const [index, migration] of migrations.entries()) {
    if (index >= version)
      database.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}
