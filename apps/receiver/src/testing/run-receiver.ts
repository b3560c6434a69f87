import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore, type Store } from '@cohort-relay/core'
import { onTestFinished } from 'vitest'
import { compose } from '../compose.ts'
import type { Config } from '../config.ts'
import { connectors } from '../connectors.ts'
import { pinoLines } from './pino-lines.ts'
import { adminToken, receiverClient } from './receiver-client.ts'

/** Takes what is to be undone, last first. */
type CleanUp = (undo: () => void | Promise<void>) => void

export interface RunSettings {
  /** Where the database lies; default: a new folder. */
  readonly folder?: string
  readonly secretKey?: Uint8Array
  /** Replaces operations of the store. */
  readonly wrap?: (store: Store) => Partial<Store>
  readonly now?: () => Date
  readonly graceSeconds?: number
  readonly maxBodyBytes?: number
  readonly limits?: Partial<Pick<Config, 'pagesPerSecond' | 'maxUnappliedPages' | 'minFreeDiskBytes'>>
  readonly clock?: () => number
  readonly freeDiskBytes?: () => Promise<number>
  /** Default: when the test is over. */
  readonly cleanUp?: CleanUp
}

/** A folder that goes when the test is over. */
export const temporaryFolder = (cleanUp: CleanUp = onTestFinished): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-receiver-'))
  cleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The composed receiver with a real SQLite file, the real connectors and the real logger, on a free port. */
export const runReceiver = async (settings: RunSettings = {}) => {
  const { cleanUp = onTestFinished, now = () => new Date(), wrap = () => ({}) } = settings
  const folder = settings.folder ?? temporaryFolder(cleanUp)
  const { log, lines, until } = pinoLines()
  const databaseFile = join(folder, 'relay.db')
  const sqlite = await openSqliteStore({ path: databaseFile })
  const maxBodyBytes = settings.maxBodyBytes ?? 16 * 1024 * 1024
  const secretKey = settings.secretKey ?? randomBytes(32)
  const receiver = compose({
    config: {
      port: 0,
      host: '127.0.0.1',
      database: { kind: 'sqlite', file: databaseFile },
      role: 'all',
      leaseSeconds: 15,
      adminToken,
      secretKey,
      logLevel: 'trace',
      maxBodyBytes,
      sessionSettleSeconds: 300,
      massRemovalPercent: 50,
      massRemovalMembers: 1000,
      pagesPerSecond: 0,
      maxUnappliedPages: 20_000,
      minFreeDiskBytes: 0,
      ...settings.limits,
    },
    secretKey,
    store: { ...sqlite, ...wrap(sqlite) },
    connectors,
    log,
    now,
    random: () => 0.5,
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
  return { ...client, port, folder, databaseFile, secretKey, lines, until, stop }
}

export type RunningReceiver = Awaited<ReturnType<typeof runReceiver>>

/** How many rows the tables of pages, sessions and cohorts have, read past the receiver. */
export const storedRows = (databaseFile: string): Record<string, unknown> => {
  const database = new DatabaseSync(databaseFile, { readOnly: true })
  try {
    return {
      ...database
        .prepare(
          `SELECT (SELECT count(*) FROM page) AS pages, (SELECT count(*) FROM session) AS sessions,
             (SELECT count(*) FROM cohort) AS cohorts`,
        )
        .get(),
    }
  } finally {
    database.close()
  }
}
