import { Client } from 'pg'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { describeFailure } from './describe-failure.ts'
import { migrations } from './migrations.ts'

export interface MigrationResult {
  /** Schema before and after; 0 is an empty database. */
  readonly from: number
  readonly to: number
}

/** Any number that is ours alone in the server's list of advisory locks. */
const lockNumber = 4_771_209_350

/**
 * Brings the schema of a PostgreSQL database up to date. Each step is a transaction: what was interrupted goes on where it
 * stopped, and two of them at once do every step once. Needs a connection of its own, not one through a transaction pooler.
 * `onStep` is told each step when it is done.
 */
export const migratePostgres = async (
  url: string,
  onStep: (step: number, of: number) => void = () => {},
): Promise<MigrationResult> => {
  const client = new Client({ connectionString: url, application_name: 'cohort-relay migrate' })
  client.on('error', () => {}) // The statement under way says it.
  try {
    await client.connect()
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber])
    return await runSteps(client, onStep)
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error
    const failure = describeFailure(error)
    throw new StoreUnavailableError(failure.message, failure)
  } finally {
    await client.end().catch(() => {})
  }
}

const runSteps = async (
  client: Client,
  onStep: (step: number, of: number) => void,
): Promise<MigrationResult> => {
  await client.query(`CREATE SCHEMA IF NOT EXISTS cohort_relay;
    CREATE TABLE IF NOT EXISTS cohort_relay.migration(
      number integer PRIMARY KEY, needs_program integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
  const { rows } = await client.query<SchemaVersion>(versionSql)
  const from = rows[0]?.version ?? 0
  for (const [index, { sql, needsProgram }] of migrations.entries()) {
    const step = index + 1
    if (step <= from) continue
    const recorded = `INSERT INTO cohort_relay.migration(number, needs_program) VALUES(${step}, ${needsProgram})`
    await client.query(`BEGIN; ${sql}; ${recorded}; COMMIT;`)
    onStep(step, migrations.length)
  }
  return { from, to: Math.max(from, migrations.length) }
}

interface SchemaVersion {
  readonly version: number
  /** How many migrations a program must know to run on it. */
  readonly needs_program: number
}

export const versionSql = `SELECT coalesce(max(number), 0)::integer AS version,
  coalesce(max(needs_program), 0)::integer AS needs_program FROM cohort_relay.migration`
