import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { Account, AccountKey } from '../../authentication/account-store.ts'
import type { Store } from '../store.ts'
import { memoryAccounts } from './memory-accounts.ts'
import { memoryAdmin } from './memory-admin.ts'
import { MemoryCohorts } from './memory-cohorts.ts'
import { memoryDeletions } from './memory-deletions.ts'
import { memoryDestinations } from './memory-destinations.ts'
import { memoryFeeds } from './memory-feeds.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryOnboarding } from './memory-onboarding.ts'
import { memoryPages } from './memory-pages.ts'
import { MemorySessions } from './memory-sessions.ts'

/** Everything in memory, for tests: it passes the same suite as the stores on disk. */
export const createMemoryStore = ({ settleSeconds = 300, clock = Date.now } = {}): Store => {
  const known = new Map<string, Account>()
  const keys = new Map<string, AccountKey>()
  const accounts = memoryAccounts(known, keys)
  const cohorts = new MemoryCohorts(known)
  const sessions = new MemorySessions({
    settleSeconds,
    isDeleting: (accountId) => cohorts.isDeleting(accountId),
  })
  const clearKeys = (accountId: string): void => {
    for (const key of [...keys.values()].filter((one) => one.accountId === accountId)) keys.delete(key.keyId)
  }
  const settingsOf = (accountId: string) => known.get(accountId)?.settings ?? defaultAccountSettings
  return oneAtATime({
    ...accounts,
    ...memoryAdmin(),
    ...memoryDestinations(cohorts),
    ...memoryOnboarding({ known, accounts, cohorts }),
    ...memoryDeletions({ accounts: known, clearKeys, cohorts, sessions }),
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
