import type { Server } from 'node:http'
import { createHttpClient, type Connector, type HttpClient } from '@cohort-relay/connector-kit'
import { cacheKeys, checkCohortPage, startApplier, startDelivery, type Store } from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { composeAdmin } from './compose-admin.ts'
import { composeAdmission } from './compose-admission.ts'
import { createApp } from './app.ts'
import { createCohortWebhook } from './cohort-webhook.ts'
import type { Config } from './config.ts'
import { connectDestination } from './connect-destination.ts'
import { createServer } from './create-server.ts'
import { errorFields } from './error-fields.ts'
import { noteLastReplies } from './last-replies.ts'
import { composeEntrance } from './onboarding/compose-onboarding.ts'
import type { Deployment } from './onboarding/deployment.ts'
import type { ConfiguredSecretKeys } from './secret-keys.ts'
import { localSignals, type WorkSignals } from './work-signals.ts'

/** What the parts are made of. Tests and tools put their own in. */
export interface Ingredients extends ConfiguredSecretKeys {
  readonly config: Config
  readonly store: Store
  readonly connectors: readonly Connector[]
  readonly log: Logger
  readonly now: () => Date
  /** What DEPLOYMENT_FILE says. Default: nothing. */
  readonly deployment?: Deployment
  /** 0 up to 1. */
  readonly random: () => number
  /** Time for pages and calls under way to end after a stop was asked for. Default 15. */
  readonly graceSeconds?: number
  /** Resolves when whoever sends pages had time to see that this process is not ready any more. Default: at once. */
  readonly drain?: () => Promise<unknown>
  /** Milliseconds on a clock that is never set back. Default: the process's. */
  readonly clock?: () => number
  /** Names this process in the database. Default `process`. */
  readonly holder?: string
  /** Default: within this process. */
  readonly signals?: WorkSignals
  /** Default: of the file system that holds the database. */
  readonly freeDiskBytes?: () => Promise<number>
}

/** With what the parts share. */
export interface SharedIngredients extends Ingredients {
  readonly http: HttpClient
}

export interface Receiver {
  readonly server: Server
  /** Refuses new pages, finishes what is under way, and leaves the rest to be sent again. */
  stop(): Promise<void>
}

/** The one place where parts are made and joined. The server does not listen yet. */
export const compose = (given: Ingredients): Receiver => {
  const ingredients: SharedIngredients = { ...given, http: createHttpClient() }
  const { config, store, log, signals = localSignals(), graceSeconds = 15, drain } = ingredients
  let isDraining = false

  const work = config.role === 'receive' ? undefined : startWork(ingredients, signals)
  const notReady = async () => {
    if (isDraining) return ['shutting down']
    await store.findAccount('')
    return []
  }
  // A process that only delivers takes no pages.
  const isClosed = (): boolean => isDraining || config.role === 'deliver'
  const cohortWebhook = composeWebhook(ingredients, signals, isClosed)
  const admin = composeAdmin(ingredients, signals)
  const server = createServer(createApp({ cohortWebhook, ...admin, notReady, log }))
  // A connection that outlives the stop would get no answer on its next request.
  server.prependListener('request', (_request, response) => {
    if (isDraining) response.setHeader('connection', 'close')
  })

  const stop = async (): Promise<void> => {
    isDraining = true
    const cutOff = setTimeout(() => server.closeAllConnections(), (graceSeconds + 1) * 1000)
    // Still listening: whoever asks meanwhile hears 503 and not that nobody is there.
    await Promise.all([drain?.(), work?.stop(graceSeconds)])
    await new Promise((resolve) => server.close(resolve))
    clearTimeout(cutOff)
    await signals.stop()
    await store.close()
  }
  return { server, stop }
}

interface RunningWork {
  stop(graceSeconds: number): Promise<void>
}

/** Applies syncs and calls partners. */
const startWork = (ingredients: SharedIngredients, signals: WorkSignals): RunningWork => {
  const { config, store, log, now, random, holder = 'process' } = ingredients
  const limits = { concurrency: 8, idleSeconds: 1, callSeconds: 60, leaseSeconds: config.leaseSeconds }
  const connect = connectDestination(ingredients)
  const delivery = startDelivery({ store, connect, now, random, log, holder, ...limits })
  const onChange = (): void => signals.announce('deliver')
  const applier = startApplier({ store, now, log, onChange, idleSeconds: 1 })
  signals
    .serve({ apply: () => applier.wake(), deliver: () => delivery.wake() })
    .catch((error: unknown) => log.error(errorFields(error), 'signals.failed'))
  return {
    stop: async (graceSeconds) => void (await Promise.all([applier.stop(), delivery.stop(graceSeconds)])),
  }
}

const composeWebhook = (
  ingredients: SharedIngredients,
  signals: WorkSignals,
  isDraining: () => boolean,
): RequestHandler => {
  const { config, store, log, now, random, clock = () => performance.now() } = ingredients
  const keys = cacheKeys((keyId) => store.findKey(keyId), { now })
  return createCohortWebhook({
    ...composeEntrance({
      ingredients,
      keys,
      closureOf: composeAdmission(ingredients, clock),
      onMended: () => signals.announce('deliver'),
      clock,
    }),
    trustedProxies: config.trustedProxies,
    noteReply: noteLastReplies({ store, now, log }),
    readPage: checkCohortPage,
    storePage: async (page) => {
      const receipt = await store.storePage({ ...page, receivedAt: now() })
      if (receipt.canApply) signals.announce('apply')
      return receipt
    },
    maxBodyBytes: config.maxBodyBytes,
    isDraining,
    log,
    clock,
    random,
  })
}
