import type { FeedBatch, FeedChange } from '../../delivery/feed-store.ts'
import { changesAfter, toChange } from './memory-changes.ts'
import type { MemoryMember } from './memory-cohort.ts'
import { isDue, type MemoryFeed } from './memory-feed.ts'

/** Of a turn that is not known here. */
type UnheldBatch = Omit<FeedBatch, 'lease' | 'version'>

/** Members to be tried again, else the next changes after the cursor. */
export const readMemoryBatch = (feed: MemoryFeed, now: Date, limit: number): UnheldBatch => {
  const again = dueRetries(feed, now).slice(0, limit)
  if (again.length > 0) return toBatch(feed, again, feed.cursor)
  const members = changesAfter(feed.cohort, feed.cursor, feed.start).slice(0, limit)
  return toBatch(feed, members, members.length < limit ? feed.cohort.sequence : members.at(-1)!.sequence)
}

const dueRetries = (feed: MemoryFeed, now: Date): MemoryMember[] =>
  [...feed.cohort.members.values()].filter(({ row }) => isDue(feed.failures.get(row)?.dueAt ?? null, now))

const toBatch = (feed: MemoryFeed, members: readonly MemoryMember[], cursor: number): UnheldBatch => {
  const { projectId, cohortId, name, description } = feed.cohort
  return {
    feedId: feed.id,
    destinationId: feed.destination.id,
    cohort: { projectId, id: cohortId, name, description },
    audienceId: feed.audienceId,
    begin: feed.cursor,
    cursor,
    attempts: feed.attempts,
    formerViews: feed.formerViews,
    changes: members.map((member) => feedChange(feed, member)),
  }
}

const feedChange = (feed: MemoryFeed, member: MemoryMember): FeedChange => {
  const failure = feed.failures.get(member.row)
  const change = toChange(member, feed, failure?.kind === 'retry' ? failure.attempts : 0)
  const formerMembers = failure?.formerMembers ?? []
  return { ...change, isTold: change.isTold && failure === undefined, formerMembers }
}
