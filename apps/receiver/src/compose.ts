import type { Server } from 'node:http'
import type { Connector } from '@cohort-relay/connector-kit'
import {
  cacheKeys,
  createAuthenticator,
  checkCohortPage,
  startApplier,
  startDelivery,
  type Store,
} from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { createAdminApi } from './admin-api.ts'
import { composeAdmission } from './compose-admission.ts'
import { createApp } from './app.ts'
import { createCohortWebhook } from './cohort-webhook.ts'
import type { Config } from './config.ts'
import { connectDestination } from './connect-destination.ts'
import { createServer } from './create-server.ts'
import { encryptSettings } from './encrypt-settings.ts'
import { noteLastReplies } from './last-replies.ts'

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
  /** Time for pages and calls under way to end after a stop was asked for. Default 15. */
  readonly graceSeconds?: number
  /** Milliseconds on a clock that is never set back. Default: the process's. */
  readonly clock?: () => number
  /** Default: of the file system that holds the database. */
  readonly freeDiskBytes?: () => Promise<number>
}

export interface Receiver {
  readonly server: Server
  /** Refuses new pages, finishes what is under way, and leaves the rest to be sent again. */
  stop(): Promise<void>
}

/** The one place where parts are made and joined. The server does not listen yet. */
export const compose = (ingredients: Ingredients): Receiver => {
  const { store, log, now, random, graceSeconds = 15 } = ingredients
  let isDraining = false
  const isStopping = (): boolean => isDraining

  const connect = connectDestination(ingredients)
  const limits = { concurrency: 8, idleSeconds: 1, callSeconds: 60 }
  const delivery = startDelivery({ store, connect, now, random, log, ...limits })
  const onChange = (): void => delivery.wake()
  const applier = startApplier({ store, now, log, onChange, idleSeconds: 1 })

  const notReady = async () => {
    if (isDraining) return ['shutting down']
    await store.countAccounts()
    return []
  }
  const cohortWebhook = composeWebhook(ingredients, () => applier.wake(), isStopping)
  const adminApi = composeAdminApi(ingredients, onChange, () => applier.wake())
  const server = createServer(createApp({ cohortWebhook, adminApi, notReady, log }))
  // A connection that outlives the stop would get no answer on its next request.
  server.prependListener('request', (_request, response) => {
    if (isDraining) response.setHeader('connection', 'close')
  })

  const stop = async (): Promise<void> => {
    isDraining = true
    const cutOff = setTimeout(() => server.closeAllConnections(), (graceSeconds + 1) * 1000)
    // Still listening: whoever asks meanwhile hears 503 and not that nobody is there.
    await Promise.all([applier.stop(), delivery.stop(graceSeconds)])
    await new Promise((resolve) => server.close(resolve))
    clearTimeout(cutOff)
    await store.close()
  }
  return { server, stop }
}

const composeWebhook = (
  ingredients: Ingredients,
  onPage: () => void,
  isDraining: () => boolean,
): RequestHandler => {
  const { config, store, log, now, random, clock = () => performance.now() } = ingredients
  const keys = cacheKeys((keyId) => store.findKey(keyId), { now })
  return createCohortWebhook({
    authenticate: createAuthenticator({
      findKey: keys.findKey,
      recordKeyUse: (keyId, at) => store.recordKeyUse(keyId, at),
      now,
      log,
    }),
    closureOf: composeAdmission(ingredients, clock),
    noteReply: noteLastReplies({ store, now, log }),
    readPage: checkCohortPage,
    storePage: async (page) => {
      const receipt = await store.storePage({ ...page, receivedAt: now() })
      if (receipt.canApply) onPage()
      return receipt
    },
    maxBodyBytes: config.maxBodyBytes,
    isDraining,
    log,
    clock,
    random,
  })
}

const composeAdminApi = (
  { config, secretKey, store, connectors, log, now }: Ingredients,
  onDestination: () => void,
  onApproval: () => void,
): RequestHandler =>
  createAdminApi({
    adminToken: config.adminToken,
    accounts: store,
    newAccountSettings: {
      massRemovalPercent: config.massRemovalPercent,
      massRemovalMembers: config.massRemovalMembers,
    },
    destinations: {
      createDestination: async ({ settings, ...destination }) => {
        const row = { accountId: destination.accountId, destinationId: destination.id }
        const sealedSettings = encryptSettings(settings, secretKey, row)
        const created = await store.createDestination({ ...destination, sealedSettings })
        onDestination()
        return created
      },
      listDestinations: (accountId) => store.listDestinations(accountId),
    },
    ledger: store,
    connectors,
    log,
    now,
    onApproval,
  })
