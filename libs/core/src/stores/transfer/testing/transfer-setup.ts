import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabases } from '@cohort-relay/tools/postgres'
import { Client } from 'pg'
import { afterAll, inject } from 'vitest'
import { ledgerWorld } from '../../../ledger/testing/ledger-world.ts'
import { openPostgresStore } from '../../postgres/postgres-store.ts'
import { migratePostgres } from '../../postgres/migrate.ts'
import { openSqliteStore } from '../../sqlite/sqlite-store.ts'
import type { Store } from '../../store.ts'
import { openSqliteSource } from '../sqlite-source.ts'
import { liveRichly } from './live-richly.ts'
import { mirroredStore } from './mirrored-store.ts'

/** Files and databases for the tests of one file, gone after them. */
export const transferSetup = async () => {
  const databases = await createTestDatabases(inject('postgres'), migratePostgres)
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-transfer-'))
  let files = 0
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const newPath = (): string => join(folder, `${++files}.db`)
  const now = () => new Date('2026-11-26T00:00:00Z')

  return {
    newPath,
    createTarget: () => databases.create(),
    openSource: (path: string, whileInUse = false) => openSqliteSource({ path, whileInUse, now }),
    openTarget: (url: string) => openPostgresStore({ url, poolSize: 2, allowUnsafeServer: true }),
    /** A file with one of everything in it. */
    richFile: async (): Promise<string> => {
      const path = newPath()
      const store = await openSqliteStore({ path })
      await liveRichly(await ledgerWorld(mirroredStore([store])))
      await store.close()
      return path
    },
    /** A world on SQLite that `stores` can be added to. */
    mirroredWorld: async (path: string) => {
      const stores: Store[] = [await openSqliteStore({ path })]
      return { stores, world: await ledgerWorld(mirroredStore(stores)) }
    },
  }
}

/** Runs one statement in a database. */
export const execute = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const result = (await client.query(sql)) as { rows?: Record<string, unknown>[] }
    return result.rows ?? []
  } finally {
    await client.end()
  }
}
