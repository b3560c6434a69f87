import { changedDestination, withView } from '../../delivery/changed-destination.ts'
import type { Deletion } from '../../deletion.ts'
import type { ConfiguredDestination, DestinationUpdate } from '../../delivery/destination-store.ts'
import type { MemoryFeed } from './memory-feed.ts'

/** A configured destination, and how it stands. */
export type MemoryDestination = {
  -readonly [Name in keyof ConfiguredDestination]: ConfiguredDestination[Name]
} & {
  version: number
  pausedSince: Date | null
  drainingSince: Date | null
  /** Nobody sees it any more. */
  deletingSince: Date | null
  /** When its identity or properties became what they are. */
  viewSince: Date
  restsUntil: Date | null
}

export const newDestination = (
  configured: ConfiguredDestination,
  deletingSince: Date | null,
): MemoryDestination => ({
  ...configured,
  version: 1,
  pausedSince: deletingSince,
  drainingSince: deletingSince,
  deletingSince,
  viewSince: configured.createdAt,
  restsUntil: null,
})

export const update = (
  destination: MemoryDestination,
  feeds: readonly MemoryFeed[],
  asked: DestinationUpdate,
): void => {
  const { hasNewView, hasNewPlace, ...changed } = changedDestination(destination, asked)
  const former = { identity: destination.identity, properties: destination.properties }
  const viewSince = hasNewView ? asked.at : destination.viewSince
  Object.assign(destination, { ...changed, viewSince, restsUntil: null, version: destination.version + 1 })
  for (const feed of feeds) {
    if (!hasNewView && !hasNewPlace) wake(feed, asked.at)
    else {
      if (isTold(feed)) feed.formerViews = withView(feed.formerViews, former)
      restart(feed, asked.at)
      feed.unauthorizedSince = null
    }
    if (hasNewPlace) Object.assign(feed, { audienceId: null, told: 0 })
  }
}

export const resume = (destination: MemoryDestination, feeds: readonly MemoryFeed[], at: Date): void => {
  Object.assign(destination, { pausedSince: null, restsUntil: null })
  for (const feed of feeds) wake(feed, at)
}

export const deleteDestination = (
  destination: MemoryDestination,
  feeds: readonly MemoryFeed[],
  { at, drain }: Deletion,
): void => {
  if (!drain) {
    const { drainingSince, pausedSince } = destination
    const since = { drainingSince: drainingSince ?? at, pausedSince: pausedSince ?? at, deletingSince: at }
    Object.assign(destination, { ...since, version: destination.version + 1 })
    return
  }
  if (destination.drainingSince !== null) return
  const since = { drainingSince: at, pausedSince: null, restsUntil: null }
  Object.assign(destination, { ...since, version: destination.version + 1 })
  for (const feed of feeds) {
    restart(feed, at)
    feed.unauthorizedSince = null
    const hasRetries = [...feed.failures.values()].some(({ dueAt }) => dueAt !== null)
    if (!isTold(feed) && !hasRetries) feed.dueAt = null
  }
}

/** Whether anybody may be known there. */
const isTold = ({ audienceId, formerViews }: MemoryFeed): boolean =>
  audienceId !== null || formerViews.length > 0

/** Those who left before the cursor were taken back, as far as it was to be done; everybody else is looked at again. */
const restart = (feed: MemoryFeed, at: Date): void => {
  const { start, cursor, cohort, dueAt } = feed
  const due = cohort.sequence > 0 ? at : dueAt
  Object.assign(feed, { cursor: 0, start: Math.max(start, cursor), attempts: 0, lastError: null, dueAt: due })
}

const wake = (feed: MemoryFeed, at: Date): void => {
  feed.unauthorizedSince = null
  if (feed.dueAt === null) return
  const dueAt = feed.dueAt < at ? feed.dueAt : at
  Object.assign(feed, { attempts: 0, lastError: null, dueAt })
}
