import type { Logger } from '@cohort-relay/connector-kit'
import type { Connect, Store, StoredDestination } from '@cohort-relay/core'
import type { Closure } from '../cohort-webhook.ts'
import { checkAccess } from './check-access.ts'
import type { OnboardingLimits } from './deployment.ts'
import { createShortMemory } from './short-memory.ts'

export interface RecheckParts {
  readonly closureOf: (accountId: string) => Promise<Closure | undefined>
  readonly store: Pick<Store, 'listDestinations' | 'updateDestination'>
  readonly connect: Connect
  readonly limits: Pick<OnboardingLimits, 'checkSeconds' | 'recheckSeconds' | 'maxChecks'>
  /** Called when something is due again. */
  readonly onMended: () => void
  readonly clock: () => number
  readonly now: () => Date
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Longer than a closure is remembered. */
const worksSeconds = 3

/**
 * Admission for pages whose key is one of the partner's product. The customer mends such a key at the partner alone, so
 * nobody here would hear of it: when a page comes, a destination that refused its credentials is asked again, now and
 * then, and lets the page in where it accepts them. Other keys, and other reasons, are left as they are.
 */
export const createRecheck = (parts: RecheckParts) => {
  const { closureOf, limits, clock } = parts
  const answers = createShortMemory<boolean>({ clock })
  let underWay = 0

  const worksAgain = async (accountId: string): Promise<boolean> => {
    const known = answers.get(accountId)
    if (known !== undefined || underWay >= limits.maxChecks) return known ?? false
    // Whoever comes meanwhile does not wait.
    answers.set(accountId, false, limits.recheckSeconds)
    underWay++
    try {
      const works = await askAgain(accountId, parts)
      if (works) answers.set(accountId, true, worksSeconds)
      return works
    } finally {
      underWay--
    }
  }
  return async (accountId: string, keyId: string): Promise<Closure | undefined> => {
    const closure = await closureOf(accountId)
    if (closure?.condition !== 'destination-refused' || !keyId.startsWith('ext-')) return closure
    return (await worksAgain(accountId)) ? undefined : closure
  }
}

const askAgain = async (
  accountId: string,
  { store, connect, limits, onMended, now, log }: RecheckParts,
): Promise<boolean> => {
  const destinations = await store.listDestinations(accountId)
  const refused = destinations.filter(isRefused)
  for (const stored of refused) {
    const about = { accountId, destinationId: stored.id }
    const access = await accessOf(stored, { connect, now, seconds: limits.checkSeconds })
    if (access.kind !== 'granted') {
      log.warn({ ...about, reason: access.reason }, 'destination.still-refused')
      return false
    }
    // Changes nothing but that what is owed is due at once; a pause stays.
    await store.updateDestination(accountId, stored.id, { at: now() })
    log.info(about, 'destination.accepted-again')
  }
  onMended()
  return true
}

const isRefused = ({ unauthorizedSince, drainingSince }: StoredDestination): boolean =>
  unauthorizedSince !== null && drainingSince === null

interface AskParts {
  readonly connect: Connect
  readonly now: () => Date
  readonly seconds: number
}

const accessOf = async (stored: StoredDestination, { connect, now, seconds }: AskParts) => {
  const connected = tryConnect(stored, connect)
  if (connected === undefined) return { kind: 'unknown', reason: 'unreadable settings' } as const
  return checkAccess(connected.destination, { seconds, now })
}

const tryConnect = (stored: StoredDestination, connect: Connect) => {
  try {
    return connect(stored)
  } catch {
    return undefined
  }
}
