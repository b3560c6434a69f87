import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, openPostgresStore, openSqliteStore, type Store } from '@cohort-relay/core'
import { openPostgresDatabase } from './open-postgres-database.ts'
import type { StoreName } from './stage.ts'

export interface OpenedStore {
  readonly store: Store
  close(): Promise<void>
}

/** An empty store. Its database goes when it is closed, or with the last one of its server. */
export const openStore = async (name: StoreName): Promise<OpenedStore> => {
  if (name === 'memory') {
    const store = createMemoryStore()
    return { store, close: () => store.close() }
  }
  return name === 'sqlite' ? openSqlite() : openPostgres()
}

const openSqlite = async (): Promise<OpenedStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'cohort-relay-convergence-'))
  const store = await openSqliteStore({ path: join(folder, 'cohort-relay.db') })
  const close = async (): Promise<void> => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { store, close }
}

const openPostgres = async (): Promise<OpenedStore> => {
  const database = await openPostgresDatabase()
  // The tool's own server does without fsync: rules are played here, not power cuts.
  const store = await openPostgresStore({ url: database.url, poolSize: 3, allowUnsafeServer: true })
  const close = async (): Promise<void> => {
    await store.close()
    await database.close()
  }
  return { store, close }
}
