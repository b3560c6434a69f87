import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, openSqliteStore, type Store } from '@cohort-relay/core'
import type { StoreName } from './stage.ts'

export interface OpenedStore {
  readonly store: Store
  close(): Promise<void>
}

/** An empty store. An SQLite file goes when it is closed. */
export const openStore = async (name: StoreName): Promise<OpenedStore> => {
  if (name === 'memory') {
    const store = createMemoryStore()
    return { store, close: () => store.close() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'cohort-relay-convergence-'))
  const store = await openSqliteStore({ path: join(folder, 'cohort-relay.db') })
  const close = async (): Promise<void> => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { store, close }
}
