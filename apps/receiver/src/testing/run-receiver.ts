import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Connector } from '@cohort-relay/connector-kit'
import type { Store } from '@cohort-relay/core'
import { onTestFinished } from 'vitest'
import { compose } from '../compose.ts'
import type { Config } from '../config.ts'
import { connectors } from '../connectors.ts'
import type { Deployment } from '../onboarding/deployment.ts'
import { pinoLines } from './pino-lines.ts'
import { adminToken, receiverClient } from './receiver-client.ts'
import { newTestDatabase, type CleanUp } from './new-test-database.ts'
import type { TestDatabase } from './test-database.ts'

export interface RunSettings {
  /** Default: a new one. */
  readonly database?: TestDatabase
  readonly secretKey?: Uint8Array
  readonly previousSecretKeys?: readonly Uint8Array[]
  /** Replaces operations of the store. */
  readonly wrap?: (store: Store) => Partial<Store>
  readonly now?: () => Date
  /** Default: those of the program. */
  readonly connectors?: readonly Connector[]
  readonly graceSeconds?: number
  readonly drain?: () => Promise<unknown>
  /** Default `all`. */
  readonly role?: Config['role']
  readonly maxBodyBytes?: number
  readonly limits?: Partial<
    Pick<
      Config,
      | 'adminToken'
      | 'adminCallsPerSecond'
      | 'pagesPerSecond'
      | 'maxUnappliedPages'
      | 'minFreeDiskBytes'
      | 'massRemovalPercent'
      | 'massRemovalMembers'
    >
  >
  readonly clock?: () => number
  readonly freeDiskBytes?: () => Promise<number>
  readonly deployment?: Deployment
  readonly trustedProxies?: number
  /** Default: when the test is over. */
  readonly cleanUp?: CleanUp
}

/** The composed receiver with a real database, the real connectors and the real logger, on a free port. */
export const runReceiver = async (settings: RunSettings = {}) => {
  const { cleanUp = onTestFinished, now = () => new Date(), wrap = () => ({}) } = settings
  const database = settings.database ?? (await newTestDatabase(cleanUp))
  const { log, lines, until } = pinoLines()
  const opened = await database.open()
  const maxBodyBytes = settings.maxBodyBytes ?? 16 * 1024 * 1024
  const secretKey = settings.secretKey ?? randomBytes(32)
  const receiver = compose({
    config: {
      port: 0,
      host: '127.0.0.1',
      database: database.config,
      role: settings.role ?? 'all',
      leaseSeconds: 15,
      drainSeconds: 0,
      adminToken,
      adminCallsPerSecond: 0,
      secretKey,
      previousSecretKeys: settings.previousSecretKeys ?? [],
      logLevel: 'trace',
      maxBodyBytes,
      sessionSettleSeconds: 300,
      massRemovalPercent: 50,
      massRemovalMembers: 1000,
      pagesPerSecond: 0,
      maxUnappliedPages: 20_000,
      minFreeDiskBytes: 0,
      deploymentFile: null,
      trustedProxies: settings.trustedProxies ?? 0,
      ...settings.limits,
    },
    secretKey,
    previousSecretKeys: settings.previousSecretKeys ?? [],
    store: { ...opened, ...wrap(opened) },
    connectors: settings.connectors ?? connectors,
    log,
    now,
    random: () => 0.5,
    ...(settings.drain && { drain: settings.drain }),
    ...(settings.deployment && { deployment: settings.deployment }),
    ...(settings.clock && { clock: settings.clock }),
    ...(settings.freeDiskBytes && { freeDiskBytes: settings.freeDiskBytes }),
    ...(settings.graceSeconds !== undefined && { graceSeconds: settings.graceSeconds }),
  })
  receiver.server.listen(0, '127.0.0.1')
  await once(receiver.server, 'listening')
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= receiver.stop())
  cleanUp(stop)
  const { port } = receiver.server.address() as AddressInfo
  const client = receiverClient(`http://127.0.0.1:${port}`)
  return { ...client, port, database, secretKey, lines, until, stop }
}

export type RunningReceiver = Awaited<ReturnType<typeof runReceiver>>
