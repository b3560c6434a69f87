import { migratePostgres, openPostgresStore } from '@cohort-relay/core'
import { createTestDatabases, type TestDatabases } from '@cohort-relay/tools/postgres'
import { Client } from 'pg'
import { migrateSignals } from '../postgres-signals.ts'
import { rowsSql, stepMilliseconds, type TestDatabase } from './test-database.ts'

let databases: Promise<TestDatabases> | undefined

const migrate = async (url: string): Promise<void> => {
  await migratePostgres(url)
  await migrateSignals(url)
}

/** `serverUrl`: of the server's database `postgres`. */
export const postgresTestDatabase = async (serverUrl: string): Promise<TestDatabase> => {
  databases ??= createTestDatabases(serverUrl, migrate)
  const url = await (await databases).create()
  // The server of the tests does without fsync: what they write dies with it.
  return {
    config: { kind: 'postgres', url, poolSize: 5, allowUnsafe: true },
    environment: {
      DATABASE_URL: url,
      ALLOW_UNSAFE_POSTGRES: '1',
      DATABASE_POOL_SIZE: '3',
      DRAIN_SECONDS: '0',
      SECRET_KEY: '5ec2e7'.padEnd(64, '0'),
    },
    open: () => openPostgresStore({ url, poolSize: 5, allowUnsafeServer: true, stepMilliseconds }),
    rows: async () => {
      const [row = {}] = await ask(url, rowsSql('cohort_relay'))
      // A bigint comes as text.
      return Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]))
    },
    text: async () => {
      const tables = await ask(
        url,
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'cohort_relay'",
      )
      const all = tables.map(({ name }) => `SELECT one::text FROM cohort_relay.${String(name)} AS one`)
      return JSON.stringify(await ask(url, all.join(' UNION ALL ')))
    },
  }
}

const ask = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
