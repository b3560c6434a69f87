import { errorName } from '../error-name.ts'
import { later } from './backoff.ts'
import type { FeedTurn } from './feed-turn.ts'
import { holdLease, type LeaseParts } from './hold-lease.ts'
import { LeaseLostError } from './lease-lost-error.ts'
import { serveFeed, type ServeParts } from './serve-feed.ts'

export interface TurnParts extends ServeParts, Omit<LeaseParts, 'store'> {
  /** Names this worker in the database. */
  readonly holder: string
  /** Destinations served at the same time. */
  readonly concurrency: number
  /** Longest time without looking for owed feeds, in case a wake-up was lost. */
  readonly idleSeconds: number
}

/** How long a feed waits after a failure that is neither the connector's nor its settings'. */
const faultSeconds = 60
/** After one of the store, which as a rule is not the feed's: long enough for others of its destination to go first. */
const storeFaultSeconds = 3

/** Turns of feeds, at most one at a time for each destination. `onEnd` is called when there may be room for another. */
export const destinationTurns = (parts: TurnParts, onEnd: () => void) => {
  const { store, now, stopping, concurrency, idleSeconds, holder, leaseSeconds, clock } = parts
  const busy = new Map<string, Promise<void>>()

  const run = async (turn: FeedTurn, since: number): Promise<void> => {
    await takeTurn(turn, since, parts)
    busy.delete(turn.destinationId)
    onEnd()
  }

  return {
    /** Resolves with the time of looking: what becomes due later was not seen. */
    startOwed: async (): Promise<Date> => {
      const at = now()
      const limit = concurrency - busy.size
      if (limit <= 0) return at
      const since = clock()
      for (const turn of await store.claimFeeds(at, { holder, seconds: leaseSeconds, limit })) {
        // A turn that lost its lease may still be at work here.
        if (stopping.aborted || busy.has(turn.destinationId)) await giveBack(turn, parts)
        else busy.set(turn.destinationId, run(turn, since))
      }
      return at
    },
    /** At most `idleSeconds`. */
    secondsToNext: async (lookedAt: Date): Promise<number> => {
      const due = await store.nextFeedDueAt(lookedAt)
      const next = due?.getTime() ?? Infinity
      return Math.max(0, Math.min(idleSeconds, (next - now().getTime()) / 1000))
    },
    underWay: (): number => busy.size,
    ended: async (): Promise<void> => void (await Promise.all(busy.values())),
  }
}

/** Never rejects. The lease is renewed until the turn is over, and then given back. */
const takeTurn = async (turn: FeedTurn, since: number, parts: TurnParts): Promise<void> => {
  const lease = holdLease(turn, since, parts)
  const stopping = AbortSignal.any([parts.stopping, lease.lost])
  const stopped = AbortSignal.any([parts.stopped, lease.lost])
  const isRefused = await serveFeed(turn, { ...parts, stopping, stopped }).then(
    () => false,
    (error: unknown) => setAside(turn, error, parts),
  )
  await lease.end()
  const { destinationId } = turn
  if (isRefused || lease.lost.aborted) parts.log.warn({ destinationId, holder: parts.holder }, 'lease.lost')
  await giveBack(turn, parts)
}

/**
 * The store failed, or the program did: the feed waits. Where not even that can be kept, the turn goes on for a while.
 * True: neither failed, another worker has the destination.
 */
const setAside = async (turn: FeedTurn, error: unknown, parts: TurnParts): Promise<boolean> => {
  const { store, now, log, idleSeconds, pause, stopping } = parts
  if (error instanceof LeaseLostError) return true
  const reason = errorName(error)
  log.error({ destinationId: turn.destinationId, reason }, 'feed.failed')
  const seconds = reason === 'StoreUnavailableError' ? storeFaultSeconds : faultSeconds
  const postponement = { dueAt: later(now(), seconds), attempts: 1, reason: `failed: ${reason}` }
  try {
    await store.postponeFeed(turn, postponement)
    return false
  } catch (failure) {
    if (failure instanceof LeaseLostError) return true
    await pause(idleSeconds, stopping)
    return false
  }
}

/** Where this fails the lease runs out by itself. */
const giveBack = (turn: FeedTurn, { store }: TurnParts): Promise<void> =>
  store.endTurn(turn).catch(() => undefined)
