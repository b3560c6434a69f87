import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailableError } from '../store-unavailable-error.ts'

const isBusy = 5
/** A process that is about to end may still have it. */
const waitMilliseconds = 1000

/** The code of the failure where another process has the database. */
export const databaseInUse = 'DATABASE_IN_USE'

/**
 * Keeps a database for one process until the returned function is called, or the process is gone, however it ends: the
 * system itself lets go. It is a lock on a file beside the database, so that people can still look into the database.
 * Throws `StoreUnavailableError` when another process has it.
 */
export const lockDatabase = (path: string): (() => void) => {
  const lock = new DatabaseSync(`${path}-lock`, { timeout: waitMilliseconds })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw (error as { errcode?: unknown }).errcode === isBusy ? inUse() : error
  }
  return () => lock.close()
}

const inUse = (): StoreUnavailableError =>
  new StoreUnavailableError('Another process has it open. Stop that one first, or use it.', {
    code: databaseInUse,
    errcode: null,
    errstr: null,
  })
