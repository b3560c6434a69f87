import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { Database, Row } from './database.ts'
import { describeFailure } from './describe-failure.ts'
import { versionSql } from './migrate.ts'
import { migrations } from './migrations.ts'

/** Oldest PostgreSQL whose partitions and planner this schema was made for. */
const oldestServer = 140_000

const stateSql = `SELECT current_setting('server_version_num')::integer AS version, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('transaction_read_only') AS read_only, pg_is_in_recovery() AS recovers,
  current_setting('server_encoding') AS encoding, to_regclass('cohort_relay.import_progress') IS NOT NULL AS importing`

/**
 * What keeps this server from holding what we acknowledge, one sentence each with its remedy; none when all is well.
 * Rejects with `StoreUnavailableError` when it cannot be asked, or when it is not ready: no schema, or one of a program
 * that this one cannot run beside.
 */
export const checkServer = async (database: Database): Promise<string[]> => {
  const state = await database.one(stateSql)
  if (Number(state?.['version']) < oldestServer)
    throw new StoreUnavailableError('The server is older than PostgreSQL 14. Update the server.')
  if (state?.['encoding'] !== 'UTF8')
    throw new StoreUnavailableError('The database is not in UTF8. Create it with ENCODING UTF8.')
  if (state['importing'] === true)
    throw new StoreUnavailableError(
      'An import into this database is unfinished, or what it wrote is not what it read. Run cohort-relay import again.',
    )
  await checkSchema(database)
  return risksOf(state)
}

/** Pages are acknowledged on the word of a server that may not keep it. */
const risksOf = (state: Row): string[] => {
  const risks: string[] = []
  if (state['fsync'] !== 'on')
    risks.push(
      'fsync is off: a power cut can lose or corrupt everything. Set fsync = on and restart the server.',
    )
  if (state['full_page_writes'] !== 'on')
    risks.push('full_page_writes is off: a power cut can corrupt tables. Set full_page_writes = on.')
  if (state['synchronous_commit'] === 'off')
    risks.push(
      'synchronous_commit is off: acknowledged pages can be lost. Set it to on, for the server, this database and this user.',
    )
  if (state['read_only'] === 'on' || state['recovers'] === true)
    risks.push('The server takes no writes: connect to the primary, and see default_transaction_read_only.')
  return risks
}

const checkSchema = async (database: Database): Promise<void> => {
  const found = await database.one(versionSql).catch((error: unknown) => {
    if (describeFailure(error).code === '42P01') return { version: 0, needs_program: 0 }
    throw error
  })
  const [version, needed] = [Number(found?.['version']), Number(found?.['needs_program'])]
  if (version < migrations.length)
    throw new StoreUnavailableError(
      `The database has schema ${version}, and this program needs ${migrations.length}. Run: cohort-relay migrate`,
    )
  if (needed > migrations.length)
    throw new StoreUnavailableError(
      `The database has schema ${version}, which this program (${migrations.length}) cannot run on. Update the program.`,
    )
}
