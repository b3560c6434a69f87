import type { Account, AccountKey, AccountStore } from '../../authentication/account-store.ts'
import type { DestinationStore, StoredDestination } from '../../delivery/destination-store.ts'
import type { CohortKey, CohortSummary, Ledger } from '../../ledger/ledger.ts'
import type { PageCohort } from '../../webhook/cohort-page.ts'
import type { Store } from '../store.ts'
import { presentMembers, type MemoryCohort } from './memory-cohort.ts'
import { describeFeed, memoryFeeds, wakeFeed, type MemoryFeed } from './memory-feeds.ts'
import { memoryPages } from './memory-pages.ts'

/** Everything in memory, for tests: it passes the same suite as the stores on disk. */
export const createMemoryStore = ({ settleSeconds = 300 } = {}): Store => {
  const cohorts: MemoryCohort[] = []
  const destinations: StoredDestination[] = []
  const feeds: MemoryFeed[] = []
  let rows = 0

  const addFeed = (destination: StoredDestination, cohort: MemoryCohort, dueAt: Date | null): void => {
    const begin = { cursor: 0, start: cohort.sequence, audienceId: null, dueAt, attempts: 0, delivered: 0 }
    feeds.push({ id: feeds.length + 1, destination, cohort, ...begin, lastError: null, failures: new Map() })
  }
  const createCohort = (
    accountId: string,
    { projectId, id, name, description }: PageCohort,
  ): MemoryCohort => {
    const row = cohorts.length + 1
    const members: MemoryCohort['members'] = new Map()
    const names = { accountId, projectId, cohortId: id, name, description }
    const cohort = { row, ...names, sequence: 0, lastSyncAt: null, members }
    cohorts.push(cohort)
    for (const destination of destinations.filter((one) => one.accountId === accountId))
      addFeed(destination, cohort, null)
    return cohort
  }
  const find = (accountId: string, { projectId, cohortId }: CohortKey): MemoryCohort | undefined =>
    cohorts.find(
      (one) => one.accountId === accountId && one.projectId === projectId && one.cohortId === cohortId,
    )

  const pages = memoryPages({
    settleSeconds,
    nextRow: () => ++rows,
    cohortOf: (accountId, cohort) => {
      const known = find(accountId, { projectId: cohort.projectId, cohortId: cohort.id })
      const { name, description } = cohort
      return known ? Object.assign(known, { name, description }) : createCohort(accountId, cohort)
    },
    changed: (cohort, at) =>
      feeds.filter((feed) => feed.cohort === cohort).forEach((feed) => wakeFeed(feed, at)),
  })

  const summary = (cohort: MemoryCohort): CohortSummary => ({
    projectId: cohort.projectId,
    cohortId: cohort.cohortId,
    name: cohort.name,
    members: presentMembers(cohort).length,
    sequence: cohort.sequence,
    lastSyncAt: cohort.lastSyncAt,
    openSession: pages.isUnfinished(cohort),
    destinations: feeds.filter((feed) => feed.cohort === cohort).map(describeFeed),
  })
  const ledger: Ledger = {
    listCohorts: async (accountId) =>
      cohorts
        .filter((cohort) => cohort.accountId === accountId)
        .toSorted(byKey)
        .map(summary),
    findCohorts: async (accountId, cohortId) =>
      cohorts
        .filter((cohort) => cohort.accountId === accountId && cohort.cohortId === cohortId)
        .toSorted(byKey)
        .map(({ projectId }) => ({ projectId, cohortId })),
    listMembers: async (accountId, key, { after = '0', limit }) => {
      const cohort = find(accountId, key)
      if (cohort === undefined) return undefined
      const found = presentMembers(cohort)
        .filter(({ row }) => row > Number(after))
        .toSorted((one, other) => one.row - other.row)
        .slice(0, limit)
      const members = found.map(({ id, sequence, changedAt }) => ({ id, sequence, changedAt }))
      return { members, next: found.length < limit ? null : String(found.at(-1)?.row) }
    },
  }
  const destinationStore: DestinationStore = {
    createDestination: async (destination) => {
      destinations.push(destination)
      for (const cohort of cohorts.filter((one) => one.accountId === destination.accountId))
        addFeed(destination, cohort, cohort.sequence > 0 ? destination.createdAt : null)
    },
    listDestinations: async (accountId) => destinations.filter((one) => one.accountId === accountId),
    findDestination: async (id) => destinations.find((one) => one.id === id),
  }
  const { storePage, applyNext } = pages
  return {
    ...memoryAccounts(),
    ...destinationStore,
    ...ledger,
    ...memoryFeeds(feeds),
    storePage,
    applyNext,
    close: async () => {},
  }
}

const byKey = (one: CohortKey, other: CohortKey): number =>
  one.projectId < other.projectId || (one.projectId === other.projectId && one.cohortId < other.cohortId)
    ? -1
    : 1

const memoryAccounts = (): AccountStore => {
  const accounts = new Map<string, Account>()
  const keys = new Map<string, AccountKey>()
  return {
    createAccount: async (account, key) => {
      accounts.set(account.id, account)
      keys.set(key.keyId, key)
    },
    findAccount: async (accountId) => accounts.get(accountId),
    countAccounts: async () => accounts.size,
    addKey: async (key) => void keys.set(key.keyId, key),
    findKey: async (keyId) => keys.get(keyId),
    revokeKey: async (accountId, keyId, at) => {
      const key = keys.get(keyId)
      if (key?.accountId !== accountId) return false
      keys.set(keyId, { ...key, revokedAt: key.revokedAt ?? at })
      return true
    },
    recordKeyUse: async (keyId, at) => {
      const key = keys.get(keyId)
      if (key !== undefined) keys.set(keyId, { ...key, lastUsedAt: at })
    },
  }
}
