import type { Connector, Logger } from '@cohort-relay/connector-kit'
import type { Store, StoredDestination } from '@cohort-relay/core'
import type { Closure } from './cohort-webhook.ts'
import { createRate } from './create-rate.ts'
import { readNowAndThen } from './read-now-and-then.ts'

interface AdmissionLimits {
  /** Of one account; 0 turns the limit off. */
  readonly pagesPerSecond: number
  /** Pages of one account that wait to be applied. */
  readonly maxUnappliedPages: number
  /** No page is taken when the disk has less room; 0: the disk is not looked at. */
  readonly minFreeDiskBytes: number
}

export interface AdmissionParts {
  readonly store: Pick<Store, 'findAccount' | 'listDestinations' | 'countWaitingPages'>
  readonly connectors: readonly Pick<Connector, 'id' | 'name'>[]
  readonly limits: AdmissionLimits
  readonly freeDiskBytes: () => Promise<number>
  readonly now: () => Date
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  readonly log: Pick<Logger, 'error'>
}

export type Admission = (accountId: string) => Promise<Closure | undefined>

/**
 * Why an account's pages are not taken now; undefined lets them in. Rejects when the store cannot be asked.
 * What it knows of the store and the disk is at most a second old.
 */
export const createAdmission = (parts: AdmissionParts): Admission => {
  const { clock, limits } = parts
  const mayPass = createRate({ perSecond: limits.pagesPerSecond, clock })
  const stateOf = readNowAndThen((accountId) => readState(accountId, parts), clock)
  const isDiskFull = readNowAndThen(() => readDisk(parts), clock)

  return async (accountId) => {
    // First, since it asks nobody: a flood must not reach the store.
    if (!mayPass(accountId)) return { condition: 'over-rate' }
    const closure = await stateOf(accountId)
    if (closure !== undefined) return closure
    return (await isDiskFull('')) ? { condition: 'backlog-too-long' } : undefined
  }
}

const readState = async (
  accountId: string,
  { store, connectors, limits, now }: AdmissionParts,
): Promise<Closure | undefined> => {
  const account = await store.findAccount(accountId)
  // Its key was looked up before the account was deleted.
  if (account === undefined || account.deletingSince !== null) return { condition: 'unknown-key' }
  if (account.settings.disabled) return { condition: 'account-disabled' }
  const destinations = (await store.listDestinations(accountId)).filter(isThere)
  const refused = destinations.find(({ unauthorizedSince }) => unauthorizedSince !== null)
  const reports = account.settings.reportDestinationErrors ?? destinations.length === 1
  if (refused !== undefined && reports)
    return { condition: 'destination-refused', partner: productOf(refused, connectors) }
  const waiting = await store.countWaitingPages(accountId, now())
  return waiting >= limits.maxUnappliedPages ? { condition: 'backlog-too-long' } : undefined
}

/** What is being deleted has no say in what is taken. */
const isThere = ({ drainingSince }: StoredDestination): boolean => drainingSince === null

const productOf = ({ connector }: StoredDestination, connectors: AdmissionParts['connectors']): string =>
  connectors.find(({ id }) => id === connector)?.name ?? connector

const readDisk = async ({ limits, freeDiskBytes, log }: AdmissionParts): Promise<boolean> => {
  if (limits.minFreeDiskBytes === 0) return false
  const freeBytes = await freeDiskBytes().catch((error: unknown) => {
    // Not knowing is no reason to refuse: a page that finds no room is not acknowledged either way.
    log.error({ reason: (error as Error).name }, 'disk.unknown')
    return Infinity
  })
  const isFull = freeBytes < limits.minFreeDiskBytes
  if (isFull) log.error({ freeBytes, minFreeDiskBytes: limits.minFreeDiskBytes }, 'disk.low')
  return isFull
}
