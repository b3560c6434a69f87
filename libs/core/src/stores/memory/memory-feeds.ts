import type { AccountStore } from '../../authentication/account-store.ts'
import type { FeedStore, OwedFeed } from '../../delivery/feed-store.ts'
import { isDue, type MemoryFeed } from './memory-feed.ts'
import { readMemoryBatch } from './read-memory-batch.ts'

/** Feeds in memory. */
export const memoryFeeds = (feeds: MemoryFeed[], accounts: Pick<AccountStore, 'findAccount'>): FeedStore => {
  const find = (feedId: number): MemoryFeed => feeds.find(({ id }) => id === feedId)!

  return {
    listOwedFeeds: async (now, limit) => {
      const due = feeds.filter(({ dueAt }) => isDue(dueAt, now))
      const owners = await Promise.all(
        due.map(({ destination }) => accounts.findAccount(destination.accountId)),
      )
      return due
        .filter((_feed, index) => owners[index]?.settings.disabled !== true)
        .toSorted((one, other) => one.dueAt!.getTime() - other.dueAt!.getTime())
        .map(({ id, destination }) => ({ feedId: id, destinationId: destination.id }))
        .filter(isFirstOfDestination)
        .slice(0, limit)
    },

    nextFeedDueAt: async (now) => earliest(feeds.map(({ dueAt }) => (isDue(dueAt, now) ? null : dueAt))),

    readBatch: async (feedId, now, limit) => {
      const feed = feeds.find(({ id }) => id === feedId)
      return feed && readMemoryBatch(feed, now, limit)
    },

    recordAudience: async (feedId, audienceId) => {
      const feed = find(feedId)
      feed.audienceId = audienceId
      if (audienceId !== null) return
      feed.failures.clear()
      Object.assign(feed, { cursor: 0, told: 0, start: feed.cohort.sequence })
    },

    recordOutcomes: async (feedId, { at, cursor, delivered, settled, failures }) => {
      const feed = find(feedId)
      for (const row of settled) feed.failures.delete(row)
      for (const failure of failures) feed.failures.set(failure.memberRow, failure)
      const waiting = earliest([...feed.failures.values()].map(({ dueAt }) => dueAt))
      Object.assign(feed, { cursor, delivered: feed.delivered + delivered, attempts: 0, lastError: null })
      if (cursor === feed.cohort.sequence) feed.told = cursor
      feed.dueAt = cursor < feed.cohort.sequence ? at : waiting
      forgetVersions(feeds.filter(({ cohort }) => cohort === feed.cohort))
    },

    postponeFeed: async (feedId, { dueAt, attempts, reason }) => {
      Object.assign(find(feedId), { dueAt, attempts, lastError: reason })
    },

    recordAccess: async (feedId, access, at) => {
      const feed = find(feedId)
      if (access === 'refused') feed.unauthorizedSince ??= at
      if (access === 'unasked') feed.unauthorizedSince = null
      if (access !== 'granted') return
      for (const one of feeds.filter(({ destination }) => destination === feed.destination))
        one.unauthorizedSince = null
    },
  }
}

/** Where every feed of a cohort has passed the member's newest change, no destination has anything to take back. */
const forgetVersions = (feeds: readonly MemoryFeed[]): void => {
  const least = Math.min(...feeds.map(({ cursor }) => cursor))
  for (const { sequence, versions } of feeds[0]?.cohort.members.values() ?? [])
    if (sequence <= least) versions.length = 0
}

const isFirstOfDestination = (
  { destinationId }: OwedFeed,
  index: number,
  owed: readonly OwedFeed[],
): boolean => owed.findIndex((one) => one.destinationId === destinationId) === index

const earliest = (dates: readonly (Date | null)[]): Date | null =>
  dates.filter((date) => date !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
