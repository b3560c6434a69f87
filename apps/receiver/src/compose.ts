import type { Server } from 'node:http'
import type { Connector } from '@cohort-relay/connector-kit'
import {
  cacheKeys,
  createAuthenticator,
  readCohortPage,
  startApplier,
  startDelivery,
  type Store,
} from '@cohort-relay/core'
import type { Logger } from 'pino'
import { createAdminApi } from './admin-api.ts'
import { createApp } from './app.ts'
import { createCohortWebhook } from './cohort-webhook.ts'
import type { Config } from './config.ts'
import { connectDestination } from './connect-destination.ts'
import { createServer } from './create-server.ts'
import { encryptSettings } from './encrypt-settings.ts'

/** What the parts are made of. Tests and tools put their own in. */
export interface Ingredients {
  readonly config: Config
  readonly secretKey: Uint8Array
  readonly store: Store
  readonly connectors: readonly Connector[]
  readonly log: Logger
  readonly now: () => Date
  /** 0 up to 1. */
  readonly random: () => number
}

export interface Receiver {
  readonly server: Server
  /** Refuses new pages, finishes what is under way, and leaves the rest to be sent again. */
  stop(): Promise<void>
}

/** Time for calls under way to end after a stop was asked for. */
const graceSeconds = 15

/** The one place where parts are made and joined. The server does not listen yet. */
export const compose = ({
  config,
  secretKey,
  store,
  connectors,
  log,
  now,
  random,
}: Ingredients): Receiver => {
  let isDraining = false

  const connect = connectDestination({ connectors, secretKey, log, now })
  const delivery = startDelivery({
    store,
    connect,
    now,
    random,
    log,
    concurrency: 8,
    idleSeconds: 1,
    callSeconds: 60,
  })
  const applier = startApplier({ store, now, log, onChange: delivery.wake, idleSeconds: 1 })

  const keys = cacheKeys((keyId) => store.findKey(keyId), { now })
  const authenticate = createAuthenticator({
    findKey: keys.findKey,
    recordKeyUse: (keyId, at) => store.recordKeyUse(keyId, at),
    now,
    log,
  })
  const cohortWebhook = createCohortWebhook({
    authenticate,
    readPage: readCohortPage,
    storePage: async (page) => {
      const receipt = await store.storePage({ ...page, receivedAt: now() })
      applier.wake()
      return receipt
    },
    maxBodyBytes: config.maxBodyBytes,
    isDraining: () => isDraining,
    log,
    clock: () => performance.now(),
  })
  const adminApi = createAdminApi({
    adminToken: config.adminToken,
    accounts: store,
    destinations: {
      createDestination: async ({ settings, ...destination }) => {
        const row = { accountId: destination.accountId, destinationId: destination.id }
        await store.createDestination({
          ...destination,
          sealedSettings: encryptSettings(settings, secretKey, row),
        })
        delivery.wake()
      },
      listDestinations: (accountId) => store.listDestinations(accountId),
    },
    ledger: store,
    connectors,
    now,
  })
  const notReady = async () => {
    if (isDraining) return ['shutting down']
    await store.countAccounts()
    return []
  }
  const server = createServer(createApp({ cohortWebhook, adminApi, notReady, log }))

  return {
    server,
    stop: async () => {
      isDraining = true
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await Promise.all([applier.stop(), delivery.stop(graceSeconds)])
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1000).unref()
      await closed
      await store.close()
    },
  }
}
