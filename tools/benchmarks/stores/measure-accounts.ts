import { openPostgresStore, type Store } from '@cohort-relay/core'
import { encryptSettings } from '@cohort-relay/receiver'
import { setTimeout } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import { processUsage } from '../process-usage.ts'
import { cleanly } from './cleanly.ts'
import { query, type DatabaseServer } from './database-server.ts'
import { keyIdOf } from './insert-accounts.ts'
import { newInstallation, startRelay, type Installation } from './start-relay.ts'

/** Milliseconds. */
export interface Times {
  readonly p50: number
  readonly p99: number
}

/** Cores that were busy while nothing was to be done; null where the system does not tell. */
export interface IdleCores {
  readonly process: number | null
  readonly server: number | null
}

const looks = 200
const keyLooks = 3000
const claim = { holder: 'benchmark', seconds: 60, limit: 8 }

const timesOf = (milliseconds: readonly number[]): Times => ({
  p50: percentile(milliseconds, 0.5),
  p99: percentile(milliseconds, 0.99),
})

/** `after` is not counted. */
const time = async <Result>(
  count: number,
  work: (index: number) => Promise<Result>,
  after: (result: Result) => Promise<unknown> = async () => {},
): Promise<Times> => {
  const milliseconds: number[] = []
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    const result = await work(index)
    milliseconds.push(performance.now() - start)
    await after(result)
  }
  return timesOf(milliseconds)
}

export const withStore = async <Result>(
  url: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> => {
  const store = await openPostgresStore({ url, poolSize: 4 })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Of accounts spread over all of them, each asked for once where there are enough. */
export const timeKeys = (store: Store, accounts: number): Promise<Times> =>
  time(keyLooks, async (index) => {
    // The step has no divisor in common with most counts, so that neighbours are not asked for one after the other.
    const found = await store.findKey(keyIdOf(1 + ((index * 7919) % accounts)))
    if (found === undefined) throw new Error('A key was not found.')
  })

export const timeIdleSteps = (store: Store): Promise<Times> => time(looks, () => store.applyNext(new Date()))

/** So many feeds are due, no more; what was taken is given back. */
export const timeClaims = async (store: Store, url: string, due: number): Promise<Times> => {
  await query(url, 'UPDATE cohort_relay.feed SET due_at = NULL WHERE due_at IS NOT NULL')
  await query(url, "UPDATE cohort_relay.feed SET due_at = now() - interval '1 minute' WHERE id <= $1", [due])
  await query(url, 'VACUUM ANALYZE cohort_relay.feed')
  const expected = Math.min(claim.limit, due)
  return time(
    looks,
    () => store.claimFeeds(new Date(), claim),
    async (turns) => {
      if (turns.length !== expected) throw new Error(`${turns.length} feeds were claimed, not ${expected}.`)
      for (const turn of turns) await store.endTurn(turn)
    },
  )
}

/** A process does not start on destinations that its key cannot read. */
const sealAll = async ({ databaseUrl, secretKey }: Installation): Promise<void> => {
  const row = { accountId: 'any', destinationId: 'any' }
  const sealed = encryptSettings({}, Buffer.from(secretKey, 'base64'), row)
  await query(databaseUrl, 'UPDATE cohort_relay.destination SET sealed_settings = $1', [sealed])
  await query(databaseUrl, 'VACUUM ANALYZE cohort_relay.destination')
}

/** Time for what follows a start. */
const settlingSeconds = 3

/** One process that does everything, on the database, and has nothing to do. */
export const watchIdle = (server: DatabaseServer, databaseUrl: string, seconds: number): Promise<IdleCores> =>
  cleanly(async (cleanup) => {
    const installation = newInstallation(databaseUrl)
    await sealAll(installation)
    const relay = await startRelay(installation, 'all', cleanup)
    await setTimeout(settlingSeconds * 1000)
    const read = () => ({
      at: performance.now(),
      process: processUsage(relay.pid)?.cpuMilliseconds ?? null,
      server: server.cpu(),
    })
    const before = read()
    await setTimeout(seconds * 1000)
    const after = read()
    const cores = (was: number | null, is: number | null) =>
      was === null || is === null ? null : (is - was) / (after.at - before.at)
    return { process: cores(before.process, after.process), server: cores(before.server, after.server) }
  })
