import { createTestDatabases } from '@cohort-relay/tools/postgres'
import { Client, type QueryResultRow } from 'pg'
import { inject } from 'vitest'
import { migratePostgres } from '../migrate.ts'
import { openPostgresStore, type PostgresStoreOptions } from '../postgres-store.ts'

const databases = createTestDatabases(inject('postgres'), migratePostgres)

/** The address of an empty database with the newest schema. */
export const newDatabase = async (): Promise<string> => (await databases).create()

/** Any number of them may be open on one database. */
export const openTestStore = (url: string, options: Partial<PostgresStoreOptions> = {}) =>
  openPostgresStore({ url, poolSize: 3, allowUnsafeServer: true, ...options })

/** Runs the work on a connection of its own. */
export const withClient = async <Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The rows of one statement, asked past the store. */
export const ask = (url: string, sql: string): Promise<QueryResultRow[]> =>
  withClient(url, async (client) => (await client.query<QueryResultRow>(sql)).rows)
