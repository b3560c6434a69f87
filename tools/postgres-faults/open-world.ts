import { createHash } from 'node:crypto'
import { defaultAccountSettings, migratePostgres, openPostgresStore, type Store } from '@cohort-relay/core'
import { Client } from 'pg'
import type { Cleanup } from '../demo/cleanup.ts'
import { startPostgres, type PostgresServer } from '../postgres/start-postgres.ts'
import { startProxy, type FaultProxy } from './start-proxy.ts'

type StoreOptions = Parameters<typeof openPostgresStore>[0]

/** A real server with databases of the newest schema. */
export interface World {
  readonly server: PostgresServer
  /** Address of a new database with the schema. */
  createDatabase(): Promise<string>
  /** Closed with the cleanup, whether the server still lives or not. */
  openStore(url: string, options?: Partial<StoreOptions>): Promise<Store>
  /** Asks the server something as its superuser, over a connection of its own. */
  ask(url: string, sql: string): Promise<Record<string, unknown>[]>
  /** A connection that stays, with the cleanup. */
  connect(url: string): Promise<Client>
  proxy(pools?: boolean): Promise<FaultProxy>
}

const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // A row that kills connections kills this one too.
  await client.connect()
  return client
}
const ask: World['ask'] = async (url, sql) => {
  const client = await connect(url)
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows ?? []
  } finally {
    await client.end().catch(() => {})
  }
}
/** Durable settings, as in earnest; `settings` go over them. */
export const openWorld = async (
  cleanup: Cleanup,
  settings: Readonly<Record<string, string>> = {},
): Promise<World> => {
  const server = await startPostgres({ settings: { fsync: 'on', ...settings } })
  const end = (undo: () => Promise<unknown>): void =>
    cleanup.add({ undo: async () => void (await undo().catch(() => {})), undoNow: () => {} })
  end(() => server.close())
  let databases = 0

  return {
    server,
    ask,
    createDatabase: async () => {
      const name = `relay_${(databases += 1)}`
      await ask(server.url, `CREATE DATABASE ${name}`)
      const url = databaseUrl(server.url, name)
      await migratePostgres(url)
      return url
    },
    openStore: async (url, options = {}) => {
      const store = await openPostgresStore({ url, poolSize: 4, ...options })
      end(() => store.close())
      return store
    },
    connect: async (url) => {
      const client = await connect(url)
      end(() => client.end())
      return client
    },
    proxy: async (pools = false) => {
      const proxy = await startProxy({ serverFolder: server.folder, pools })
      end(() => proxy.close())
      return proxy
    },
  }
}

/** The same server, another database. */
const databaseUrl = (url: string, name: string): string => url.replace('/postgres?', `/${name}?`)

/** The same database, through the proxy. */
export const through = (proxy: FaultProxy, url: string): string =>
  url.replace(/host=.*$/, `host=${proxy.folder}`)

export const createAccount = async (store: Store, id: string): Promise<void> => {
  const createdAt = new Date()
  const hash = createHash('sha256').update(id).digest()
  const key = { keyId: id, accountId: id, hash, label: '', createdAt, lastUsedAt: null, revokedAt: null }
  await store.createAccount({ id, name: id, createdAt, settings: defaultAccountSettings }, key)
}

export const createDestination = async (store: Store, accountId: string, id: string): Promise<void> => {
  const identity = [{ property: 'email', kind: 'email' }] as const
  const createdAt = new Date()
  const view = { identity: [...identity], properties: 'all' as const }
  await store.createDestination({
    id,
    accountId,
    connector: 'recording',
    sealedSettings: '',
    createdAt,
    ...view,
  })
}
