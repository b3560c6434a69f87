import type { Client } from 'pg'
import { migrations } from '../postgres/migrations.ts'

interface Found {
  readonly encoding: string
  readonly takes_writes: boolean
  readonly has_schema: boolean
  readonly others: number
}

const foundSql = `SELECT current_setting('server_encoding') AS encoding, to_regclass('cohort_relay.migration') IS NOT NULL AS has_schema,
  current_setting('transaction_read_only') = 'off' AND NOT pg_is_in_recovery() AS takes_writes,
  (SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name ~ '^cohort-relay') AS others`

/** Why nothing can be imported into this database now, a sentence with its remedy; undefined when it can. */
export const targetProblem = async (client: Client): Promise<string | undefined> => {
  const { rows } = await client.query<Found>(foundSql)
  const found = rows[0]!
  if (found.encoding !== 'UTF8') return 'The database is not in UTF8. Create it with ENCODING UTF8.'
  if (!found.takes_writes) return 'The server takes no writes. Connect to the primary.'
  if (!found.has_schema) return 'The database has no tables yet. Run: cohort-relay migrate'
  if (found.others > 0)
    return 'Cohort Relay is running on this database. Stop every process of it until the import is done.'
  return schemaProblem(client)
}

const schemaProblem = async (client: Client): Promise<string | undefined> => {
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(number), 0)::integer AS version FROM cohort_relay.migration',
  )
  const version = rows[0]?.version ?? 0
  if (version === migrations.length) return undefined
  return version < migrations.length
    ? `The database has schema ${version}; this program imports into ${migrations.length}. Run: cohort-relay migrate`
    : `The database has schema ${version}; this program knows ${migrations.length}. Update the program.`
}

/** The same of its contents, where no import has begun. */
export const contentsProblem = async (client: Client): Promise<string | undefined> => {
  const { rows } = await client.query('SELECT FROM cohort_relay.account LIMIT 1')
  return rows.length === 0
    ? undefined
    : 'The database holds accounts already, and an import keeps the ids of the source. Name an empty database.'
}
