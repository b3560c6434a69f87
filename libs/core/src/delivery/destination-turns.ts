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

/** Turns of feeds, at most one at a time for each destination. `onEnd` is called when there may be room for another. */
export const destinationTurns = (parts: TurnParts, onEnd: () => void) => {
  const { store, now, stopping, concurrency, idleSeconds, holder, leaseSeconds } = parts
  const busy = new Map<string, Promise<void>>()

  const run = async (turn: FeedTurn): Promise<void> => {
    await takeTurn(turn, parts)
    busy.delete(turn.destinationId)
    onEnd()
  }

  return {
    /** Resolves with the time of looking: what becomes due later was not seen. */
    startOwed: async (): Promise<Date> => {
      const at = now()
      const limit = concurrency - busy.size
      if (limit <= 0) return at
      for (const turn of await store.claimFeeds(at, { holder, seconds: leaseSeconds, limit })) {
        // A turn that lost its lease may still be at work here.
        if (stopping.aborted || busy.has(turn.destinationId)) await store.endTurn(turn)
        else busy.set(turn.destinationId, run(turn))
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
const takeTurn = async (turn: FeedTurn, parts: TurnParts): Promise<void> => {
  const lease = holdLease(turn, parts)
  const stopping = AbortSignal.any([parts.stopping, lease.lost])
  const stopped = AbortSignal.any([parts.stopped, lease.lost])
  await serveFeed(turn, { ...parts, stopping, stopped }).catch((error: unknown) =>
    setAside(turn, error, parts),
  )
  await lease.end()
  if (lease.lost.aborted) reportLost(turn, parts)
  // Where this fails the lease runs out by itself.
  else await parts.store.endTurn(turn).catch(() => undefined)
}

const reportLost = ({ destinationId }: FeedTurn, { log, holder }: TurnParts): void =>
  log.warn({ destinationId, holder }, 'lease.lost')

/** The store failed, or the program did: the feed waits. Where not even that can be kept, the turn goes on for a while. */
const setAside = async (turn: FeedTurn, error: unknown, parts: TurnParts): Promise<void> => {
  const { store, now, log, idleSeconds, pause, stopping } = parts
  if (error instanceof LeaseLostError) return reportLost(turn, parts)
  const reason = errorName(error)
  log.error({ destinationId: turn.destinationId, reason }, 'feed.failed')
  const postponement = { dueAt: later(now(), faultSeconds), attempts: 1, reason: `failed: ${reason}` }
  await store.postponeFeed(turn, postponement).catch(() => pause(idleSeconds, stopping))
}
