import type { StoredDestination } from '../../delivery/destination-store.ts'
import type { FeedBatch, FeedStore, MemberFailure } from '../../delivery/feed-store.ts'
import type { CohortDestination } from '../../ledger/ledger.ts'
import { changesAfter, toChange, type MemoryCohort } from './memory-cohort.ts'

export interface MemoryFeed {
  readonly id: number
  readonly destination: StoredDestination
  readonly cohort: MemoryCohort
  cursor: number
  start: number
  audienceId: string | null
  dueAt: Date | null
  attempts: number
  delivered: number
  lastError: string | null
  readonly failures: Map<number, MemberFailure>
}

/** Feeds in memory. */
export const memoryFeeds = (feeds: MemoryFeed[]): FeedStore => {
  const find = (feedId: number): MemoryFeed => feeds.find(({ id }) => id === feedId)!

  const toBatch = (
    feed: MemoryFeed,
    changes: FeedBatch['changes'],
    cursor: number,
    occurredAt: Date,
  ): FeedBatch => ({
    feedId: feed.id,
    destinationId: feed.destination.id,
    cohort: { ...feed.cohort, id: feed.cohort.cohortId },
    audienceId: feed.audienceId,
    begin: feed.cursor,
    cursor,
    occurredAt,
    attempts: feed.attempts,
    changes,
  })

  const dueRetries = (feed: MemoryFeed, now: Date) =>
    [...feed.cohort.members.values()].filter(({ row }) => isDue(feed.failures.get(row)?.dueAt ?? null, now))

  return {
    listOwedFeeds: async (now, limit) =>
      feeds
        .filter(({ dueAt }) => isDue(dueAt, now))
        .sort((one, other) => one.dueAt!.getTime() - other.dueAt!.getTime())
        .slice(0, limit)
        .map(({ id, destination }) => ({ feedId: id, destinationId: destination.id })),

    nextFeedDueAt: async () => earliest(feeds.map(({ dueAt }) => dueAt)),

    readBatch: async (feedId, now, limit) => {
      const feed = feeds.find(({ id }) => id === feedId)
      if (feed === undefined) return undefined
      const again = dueRetries(feed, now).slice(0, limit)
      const isRetry = again.length > 0
      const members = isRetry ? again : changesAfter(feed.cohort, feed.cursor, feed.start).slice(0, limit)
      const changes = members.map((member) => {
        const failure = feed.failures.get(member.row)
        const change = toChange(member, feed.cursor, failure?.kind === 'retry' ? failure.attempts : 0)
        return failure?.formerProperties ? { ...change, formerProperties: failure.formerProperties } : change
      })
      const end = members.length < limit ? feed.cohort.sequence : members.at(-1)!.sequence
      const newest = members.toSorted((one, other) => one.sequence - other.sequence).at(-1)
      return toBatch(feed, changes, isRetry ? feed.cursor : end, newest?.changedAt ?? new Date(0))
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

/** A change was made: feeds that wait for nothing else are due. */
export const wakeFeed = (feed: MemoryFeed, at: Date): void => {
  const owes = feed.cursor < feed.cohort.sequence
  if (owes && (feed.dueAt === null || (feed.attempts === 0 && feed.dueAt > at))) feed.dueAt = at
}

export const describeFeed = (feed: MemoryFeed): CohortDestination => {
  const failures = [...feed.failures.values()]
  const sequenceOf = new Map([...feed.cohort.members.values()].map(({ row, sequence }) => [row, sequence]))
  const again = failures.filter(
    ({ kind, memberRow }) => kind === 'retry' && sequenceOf.get(memberRow)! <= feed.cursor,
  )
  return {
    id: feed.destination.id,
    connector: feed.destination.connector,
    owed: changesAfter(feed.cohort, feed.cursor, feed.start).length + again.length,
    delivered: feed.delivered,
    failed: failures.filter(({ kind }) => kind !== 'retry').length,
    lastError: feed.lastError,
  }
}

const isDue = (dueAt: Date | null, now: Date): boolean => dueAt !== null && dueAt <= now

const earliest = (dates: readonly (Date | null)[]): Date | null =>
  dates.filter((date) => date !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
