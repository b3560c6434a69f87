import { errorName } from '../error-name.ts'
import { later } from './backoff.ts'
import type { OwedFeed } from './feed-store.ts'
import { restingDestinations } from './resting-destinations.ts'
import { serveFeed, type ServeParts } from './serve-feed.ts'

export interface TurnParts extends ServeParts {
  /** Destinations served at the same time. */
  readonly concurrency: number
  /** Longest time without looking for owed feeds, in case a wake-up was lost. */
  readonly idleSeconds: number
}

/** How long a feed waits after a failure that is neither the connector's nor its settings'. */
const faultSeconds = 60

/** Turns of feeds, at most one at a time for each destination. `onEnd` is called when there may be room for another. */
export const destinationTurns = (parts: TurnParts, onEnd: () => void) => {
  const { store, now, stopping, concurrency, idleSeconds } = parts
  const busy = new Map<string, Promise<void>>()
  const resting = restingDestinations()

  const turn = async (feed: OwedFeed): Promise<void> => {
    const rest = await serveFeed(feed, parts).catch((error: unknown) => setAside(feed, error, parts))
    if (rest !== undefined) resting.add(feed.destinationId, rest)
    busy.delete(feed.destinationId)
    onEnd()
  }

  return {
    /** Resolves with the time of looking: what becomes due later was not seen. */
    startOwed: async (): Promise<Date> => {
      const at = now()
      if (busy.size >= concurrency) return at
      // At most so many destinations are left out below, so that all others have room.
      const limit = concurrency + busy.size + resting.size()
      for (const feed of await store.listOwedFeeds(at, limit)) {
        if (stopping.aborted || busy.size >= concurrency) break
        const isLeftOut = busy.has(feed.destinationId) || resting.has(feed.destinationId, at)
        if (!isLeftOut) busy.set(feed.destinationId, turn(feed))
      }
      return at
    },
    /** At most `idleSeconds`. */
    secondsToNext: async (lookedAt: Date): Promise<number> => {
      const due = await store.nextFeedDueAt(lookedAt)
      const next = Math.min(resting.nextEnd(lookedAt), due?.getTime() ?? Infinity)
      return Math.max(0, Math.min(idleSeconds, (next - now().getTime()) / 1000))
    },
    ended: async (): Promise<void> => void (await Promise.all(busy.values())),
  }
}

/** The store failed, or the program did: the feed waits, and where not even that can be kept its destination does. */
const setAside = async (
  { feedId, destinationId }: OwedFeed,
  error: unknown,
  { store, now, log, idleSeconds }: TurnParts,
): Promise<Date | undefined> => {
  const reason = errorName(error)
  log.error({ destinationId, reason }, 'feed.failed')
  const postponement = { dueAt: later(now(), faultSeconds), attempts: 1, reason: `failed: ${reason}` }
  return store.postponeFeed(feedId, postponement).then(
    () => undefined,
    () => later(now(), idleSeconds),
  )
}
