import type { DestinationView } from '../../identity/mapped-properties.ts'
import type { MemberFailure } from '../../delivery/feed-store.ts'
import type { CohortDestination } from '../../ledger/ledger.ts'
import { changesAfter } from './memory-changes.ts'
import { type MemoryCohort } from './memory-cohort.ts'
import type { MemoryDestination } from './memory-destination.ts'

/** What one destination has been told of one cohort. */
export interface MemoryFeed {
  readonly id: number
  readonly destination: MemoryDestination
  readonly cohort: MemoryCohort
  cursor: number
  /** The destination has an outcome of every member as she was at this change. */
  told: number
  start: number
  audienceId: string | null
  formerViews: readonly DestinationView[]
  dueAt: Date | null
  attempts: number
  delivered: number
  lastError: string | null
  unauthorizedSince: Date | null
  readonly failures: Map<number, MemberFailure>
}

/** A change was made: feeds that wait for nothing else are due. */
export const wakeFeed = (feed: MemoryFeed, at: Date): void => {
  const owes = feed.cursor < feed.cohort.sequence
  if (owes && (feed.dueAt === null || (feed.lastError === null && feed.dueAt > at))) feed.dueAt = at
}

export const describeFeed = (feed: MemoryFeed, unauthorizedSince: Date | null): CohortDestination => {
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
    pausedSince: feed.destination.pausedSince,
    drainingSince: feed.destination.drainingSince,
    unauthorizedSince,
  }
}

export const isDue = (dueAt: Date | null, now: Date): boolean => dueAt !== null && dueAt <= now
