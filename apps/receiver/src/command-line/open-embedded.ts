import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpClient } from '@cohort-relay/connector-kit'
import { databaseInUse, generateApiKey, StoreUnavailableError, type Store } from '@cohort-relay/core'
import { pino } from 'pino'
import { checkSecretKeys } from '../check-secret-keys.ts'
import { composeAdmin } from '../compose-admin.ts'
import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { connectors } from '../connectors.ts'
import { openBackend } from '../open-backend.ts'
import { readSecretKey } from '../read-secret-key.ts'
import { secretKeysOf } from '../secret-keys.ts'
import { localSignals } from '../work-signals.ts'
import { CommandError } from './command-error.ts'

export interface EmbeddedServer {
  readonly url: string
  /** Opens the API of this one server, until it is closed. */
  readonly token: string
  close(): Promise<void>
}

/** What the audit log shows. */
const actorName = 'cohort-relay, offline'

/**
 * The admin API in this process, on the embedded database, for one command: nothing is received, applied or delivered
 * meanwhile. Nobody else can open the database until it is closed.
 */
export const openEmbedded = async (config: Config, now: () => Date): Promise<EmbeddedServer> => {
  const log = pino({ level: 'error', base: null }, pino.destination({ dest: 2, sync: true }))
  const keys = { secretKey: readSecretKey(config), previousSecretKeys: config.previousSecretKeys }
  const backend = await openBackend(config, log).catch((error: unknown) => {
    throw problemOf(error)
  })
  await checkSecretKeys(backend, secretKeysOf(keys))
  const { store } = backend
  const { key: token, ...made } = generateApiKey(randomBytes, 'crt')
  const admin = composeAdmin(
    {
      // The door opens to the token that follows; nobody knows this one.
      config: { ...config, adminToken: randomBytes(32).toString('hex'), adminCallsPerSecond: 0 },
      ...keys,
      http: createHttpClient(),
      store: knowingToken(store, made),
      connectors,
      log,
      now,
      random: Math.random,
    },
    localSignals(),
  )
  const server = createServer(
    createApp({
      cohortWebhook: (_req, res) => void res.status(503).end(),
      ...admin,
      notReady: async () => [],
      log,
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store.close()
    },
  }
}

/** The token is never stored: it lives as long as the command. */
const knowingToken = (
  store: Store,
  { keyId: id, secretHash: hash }: { readonly keyId: string; readonly secretHash: Uint8Array },
): Store => ({
  ...store,
  findAdminToken: async (asked) =>
    asked === id
      ? { id, name: actorName, role: 'admin', hash, createdAt: new Date(), revokedAt: null }
      : store.findAdminToken(asked),
})

const problemOf = (error: unknown): unknown => {
  if (!(error instanceof StoreUnavailableError)) return error
  const remedy =
    error.code === databaseInUse
      ? 'A server has the database open, and does not answer there. Name its address with --url.'
      : error.message
  return new CommandError('unreachable', remedy)
}
