import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '../../demo/cleanup.ts'
import { callJson } from '../../demo/call-json.ts'
import type { Account } from '../../demo/admin-client.ts'
import { pin, type Cores } from '../pin.ts'
import { processUsage } from '../process-usage.ts'
import type { DatabaseServer } from './database-server.ts'
import { newInstallation, startRelay, type Relay } from './start-relay.ts'

export const storeNames = ['SQLite', 'PostgreSQL'] as const
export type StoreName = (typeof storeNames)[number]

export interface Arena {
  readonly folder: string
  readonly server: DatabaseServer
  /** Undefined: nothing is pinned. */
  readonly cores: Cores | undefined
}

/** One process that does everything, on a new database of one store, with one account that keeps all properties. */
export interface Contestant {
  readonly relay: Relay
  readonly account: Account
  /** Milliseconds of CPU so far: of the process, and of the database server's processes where there is one. */
  readonly cpu: () => { readonly process: number | null; readonly server: number | null }
}

const sqliteUrl = (below: string, cleanup: Cleanup): string => {
  const folder = mkdtempSync(join(below, 'cohort-relay-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  cleanup.add({ undo: async () => remove(), undoNow: remove })
  return `sqlite:${join(folder, 'cohort-relay.db')}`
}

const postgresUrl = async (server: DatabaseServer, cleanup: Cleanup): Promise<string> => {
  const url = await server.createDatabase()
  cleanup.add({ undo: () => server.dropDatabase(url), undoNow: () => {} })
  return url
}

/** Else a destination that is made later would lack what nobody asked for when the members came. */
export const keepAllProperties = (url: string, adminToken: string, accountId: string): Promise<unknown> =>
  callJson(`${url}/api/accounts/${accountId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ settings: { keepProperties: 'all' } }),
  })

/** The database server shares the core of the process, so that both stores have one core. */
export const openContestant = async (
  store: StoreName,
  { folder, server, cores }: Arena,
  cleanup: Cleanup,
): Promise<Contestant> => {
  const url = store === 'SQLite' ? sqliteUrl(folder, cleanup) : await postgresUrl(server, cleanup)
  const installation = newInstallation(url)
  const relay = await startRelay(installation, 'all', cleanup)
  if (cores) pin(relay.pid, cores.server)
  const account = await relay.admin.createAccount('Benchmark')
  await keepAllProperties(relay.url, installation.adminToken, account.id)
  return {
    relay,
    account,
    cpu: () => ({
      process: processUsage(relay.pid)?.cpuMilliseconds ?? null,
      server: store === 'SQLite' ? null : server.cpu(),
    }),
  }
}
