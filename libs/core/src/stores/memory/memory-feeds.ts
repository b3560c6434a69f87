import type { FeedStore } from '../../delivery/feed-store.ts'
import { isDue, type MemoryFeed } from './memory-feed.ts'
import { readMemoryBatch } from './read-memory-batch.ts'

/** Feeds in memory. */
export const memoryFeeds = (feeds: MemoryFeed[]): FeedStore => {
  const find = (feedId: number): MemoryFeed => feeds.find(({ id }) => id === feedId)!

  return {
    listOwedFeeds: async (now, limit) =>
      feeds
        .filter(({ dueAt }) => isDue(dueAt, now))
        .toSorted((one, other) => one.dueAt!.getTime() - other.dueAt!.getTime())
        .slice(0, limit)
        .map(({ id, destination }) => ({ feedId: id, destinationId: destination.id })),

    nextFeedDueAt: async () => earliest(feeds.map(({ dueAt }) => dueAt)),

    readBatch: async (feedId, now, limit) => {
      const feed = feeds.find(({ id }) => id === feedId)
      return feed && readMemoryBatch(feed, now, limit)
    },

    recordAudience: async (feedId, audienceId) => {
      const feed = find(feedId)
      feed.audienceId = audienceId
      if (audienceId !== null) return
      feed.failures.clear()
      Object.assign(feed, { cursor: 0, start: feed.cohort.sequence })
    },

    recordOutcomes: async (feedId, { at, cursor, delivered, settled, failures }) => {
      const feed = find(feedId)
      for (const row of settled) feed.failures.delete(row)
      for (const failure of failures) feed.failures.set(failure.memberRow, failure)
      const waiting = earliest([...feed.failures.values()].map(({ dueAt }) => dueAt))
      Object.assign(feed, { cursor, delivered: feed.delivered + delivered, attempts: 0, lastError: null })
      feed.dueAt = cursor < feed.cohort.sequence ? at : waiting
    },

    postponeFeed: async (feedId, { dueAt, attempts, reason }) => {
      Object.assign(find(feedId), { dueAt, attempts, lastError: reason })
    },
  }
}

const earliest = (dates: readonly (Date | null)[]): Date | null =>
  dates.filter((date) => date !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
