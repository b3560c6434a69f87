import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { Account } from '../../authentication/account-store.ts'
import type { DestinationStore } from '../../delivery/destination-store.ts'
import type { Store } from '../store.ts'
import { memoryAccounts } from './memory-accounts.ts'
import { memoryAdmin } from './memory-admin.ts'
import { MemoryCohorts } from './memory-cohorts.ts'
import { memoryFeeds } from './memory-feeds.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryPages } from './memory-pages.ts'
import { MemorySessions } from './memory-sessions.ts'

/** Everything in memory, for tests: it passes the same suite as the stores on disk. */
export const createMemoryStore = ({ settleSeconds = 300, clock = Date.now } = {}): Store => {
  const known = new Map<string, Account>()
  const accounts = memoryAccounts(known)
  const cohorts = new MemoryCohorts(known)
  const sessions = new MemorySessions({ settleSeconds })
  const settingsOf = (accountId: string) => known.get(accountId)?.settings ?? defaultAccountSettings
  return oneAtATime({
    ...accounts,
    ...memoryAdmin(),
    ...memoryDestinations(cohorts),
    ...memoryLedger(cohorts, sessions),
    ...memoryFeeds({ feeds: cohorts.feeds, accounts, clock }),
    ...memoryPages({ cohorts, sessions, settingsOf }),
    close: async () => {},
  })
}

/** As in a database that has one writer: no method sees another one's work half done. */
const oneAtATime = (store: Store): Store => {
  let last: Promise<unknown> = Promise.resolve()
  const queued =
    (method: (...parameters: unknown[]) => Promise<unknown>) =>
    (...parameters: unknown[]): Promise<unknown> => {
      const answer = last.then(() => method(...parameters))
      last = answer.catch(() => undefined)
      return answer
    }
  const methods = Object.entries(store) as [string, (...parameters: unknown[]) => Promise<unknown>][]
  return Object.fromEntries(methods.map(([name, method]) => [name, queued(method)])) as unknown as Store
}

const memoryDestinations = (cohorts: MemoryCohorts): DestinationStore => ({
  createDestination: async (destination) => cohorts.addDestination(destination),
  listDestinations: async (accountId) => cohorts.destinationsOf(accountId),
  findDestination: async (destinationId) => cohorts.findDestination(destinationId),
})
