import type { AccountStore } from '../../authentication/account-store.ts'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import type { MemoryDestination } from './memory-destination.ts'
import { isDue, type MemoryFeed } from './memory-feed.ts'
import { memoryLeases } from './memory-leases.ts'
import { readMemoryBatch } from './read-memory-batch.ts'

interface MemoryFeedsParts {
  readonly feeds: MemoryFeed[]
  readonly accounts: Pick<AccountStore, 'findAccount'>
  /** Milliseconds, for leases. */
  readonly clock: () => number
}

/** Feeds in memory. */
export const memoryFeeds = ({ feeds, accounts, clock }: MemoryFeedsParts): FeedStore => {
  const leases = memoryLeases(clock)
  const find = (turn: FeedTurn): MemoryFeed => {
    const feed = feeds.find(({ id }) => id === turn.feedId)
    if (feed === undefined || !leases.isNewest(turn) || feed.destination.version !== turn.version)
      throw new LeaseLostError()
    return feed
  }

  return {
    claimFeeds: async (now, claim) => {
      const due = feeds.filter(
        ({ dueAt, destination }) =>
          isDue(dueAt, now) && isServed(destination, now) && leases.isFree(destination.id),
      )
      return (await enabled(due, accounts))
        .toSorted((one, other) => one.dueAt!.getTime() - other.dueAt!.getTime())
        .filter(isFirstOfDestination)
        .slice(0, claim.limit)
        .map(({ id, destination }) => ({
          feedId: id,
          destinationId: destination.id,
          lease: leases.take(destination.id, claim.seconds),
          version: destination.version,
        }))
    },
    renewLease: async (turn, seconds) => leases.renew(turn, seconds),
    endTurn: async (turn) => leases.end(turn),

    nextFeedDueAt: async (now) => {
      const dates = (await enabled(feeds, accounts)).map(({ dueAt }) => dueAt)
      return earliest(
        [...dates, ...feeds.map(({ destination }) => destination.restsUntil)].filter(
          (date) => !isDue(date, now),
        ),
      )
    },

    readBatch: async (turn, now, limit) => {
      const feed = feeds.find(
        ({ id, destination }) => id === turn.feedId && destination.version === turn.version,
      )
      return feed && { ...readMemoryBatch(feed, now, limit), lease: turn.lease, version: turn.version }
    },

    ...recordings({ feeds, find }),
  }
}

/** Those of accounts that are not disabled. */
const enabled = async (
  feeds: readonly MemoryFeed[],
  accounts: MemoryFeedsParts['accounts'],
): Promise<MemoryFeed[]> => {
  const owners = await Promise.all(
    feeds.map(({ destination }) => accounts.findAccount(destination.accountId)),
  )
  return feeds.filter((_feed, index) => owners[index]?.settings.disabled !== true)
}

interface RecordingParts {
  readonly feeds: readonly MemoryFeed[]
  /** Throws when the lease is not the newest. */
  readonly find: (turn: FeedTurn) => MemoryFeed
}

type Recordings = Pick<
  FeedStore,
  'recordAudience' | 'recordOutcomes' | 'postponeFeed' | 'restDestination' | 'recordAccess'
>

const recordings = ({ feeds, find }: RecordingParts): Recordings => ({
  recordAudience: async (turn, audienceId) => {
    const feed = find(turn)
    feed.audienceId = audienceId
    if (audienceId !== null) return
    feed.failures.clear()
    Object.assign(feed, { cursor: 0, told: 0, start: feed.cohort.sequence, formerViews: [] })
  },

  recordOutcomes: async (turn, { at, cursor, delivered, settled, failures }) => {
    const feed = find(turn)
    for (const row of settled) feed.failures.delete(row)
    for (const failure of failures) feed.failures.set(failure.memberRow, failure)
    const waiting = earliest([...feed.failures.values()].map(({ dueAt }) => dueAt))
    Object.assign(feed, { cursor, delivered: feed.delivered + delivered, attempts: 0, lastError: null })
    if (cursor === feed.cohort.sequence) Object.assign(feed, { told: cursor, formerViews: [] })
    feed.dueAt = cursor < feed.cohort.sequence ? at : waiting
    forgetVersions(feeds.filter(({ cohort }) => cohort === feed.cohort))
  },

  postponeFeed: async (turn, { dueAt, attempts, reason }) => {
    Object.assign(find(turn), { dueAt, attempts, lastError: reason })
  },

  restDestination: async (turn, until) => void (find(turn).destination.restsUntil = until),

  recordAccess: async (turn, access, at) => {
    const feed = find(turn)
    if (access === 'refused') feed.unauthorizedSince ??= at
    if (access === 'unasked') feed.unauthorizedSince = null
    if (access !== 'granted') return
    for (const one of feeds.filter(({ destination }) => destination === feed.destination))
      one.unauthorizedSince = null
  },
})

/** Where every feed of a cohort has passed the member's newest change, no destination has anything to take back. */
const forgetVersions = (feeds: readonly MemoryFeed[]): void => {
  const least = Math.min(...feeds.map(({ cursor }) => cursor))
  for (const { sequence, versions } of feeds[0]?.cohort.members.values() ?? [])
    if (sequence <= least) versions.length = 0
}

const isServed = ({ pausedSince, restsUntil }: MemoryDestination, now: Date): boolean =>
  pausedSince === null && (restsUntil === null || restsUntil <= now)

const isFirstOfDestination = (feed: MemoryFeed, index: number, due: readonly MemoryFeed[]): boolean =>
  due.findIndex(({ destination }) => destination === feed.destination) === index

const earliest = (dates: readonly (Date | null)[]): Date | null =>
  dates.filter((date) => date !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
