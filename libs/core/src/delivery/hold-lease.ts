import type { FeedStore } from './feed-store.ts'
import type { FeedTurn } from './feed-turn.ts'

export interface LeaseParts {
  readonly store: Pick<FeedStore, 'renewLease'>
  /** How long the database keeps a destination for a worker that is not heard of any more. */
  readonly leaseSeconds: number
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  /** Resolves after so many seconds, or when stopped. */
  readonly pause: (seconds: number, stopped: AbortSignal) => Promise<void>
}

export interface HeldLease {
  /** Aborted when another worker may have the destination. */
  readonly lost: AbortSignal
  /** Renews it no longer. A renewal under way is waited for as long as the lease lasts, so that it does not come last. */
  readonly end: () => Promise<void>
}

/** Renewed so many times before it would run out. */
const beats = 3

/**
 * Renews the lease of a turn as long as it lasts. It is lost when the database says so, and when it has not answered,
 * or not at all, for as long as the lease lasts. `since` is when it was asked for, on the clock of `parts`.
 */
export const holdLease = (turn: FeedTurn, since: number, parts: LeaseParts): HeldLease => {
  const { store, leaseSeconds, clock, pause } = parts
  const ending = new AbortController()
  const losing = new AbortController()
  const over = AbortSignal.any([ending.signal, losing.signal])
  let askedAt = since
  // The database counts from a moment after it was asked, so that this end comes first.
  const secondsLeft = (): number => Math.max(0, leaseSeconds - (clock() - askedAt) / 1000)

  const renew = async (): Promise<void> => {
    const at = clock()
    const isHeld = await store.renewLease(turn, leaseSeconds).catch(() => undefined)
    if (isHeld === true) askedAt = at
    if (isHeld === false) losing.abort()
  }
  const renewAtBeats = async (): Promise<void> => {
    while (!over.aborted) {
      await pause(leaseSeconds / beats, over)
      if (!over.aborted) await renew()
    }
  }
  const noticeEnd = async (): Promise<void> => {
    while (!over.aborted) {
      if (secondsLeft() === 0) losing.abort()
      else await pause(secondsLeft(), over)
    }
  }

  const renewing = renewAtBeats()
  void noticeEnd()
  return {
    lost: losing.signal,
    end: async () => {
      ending.abort()
      const renewed = new AbortController()
      void renewing.then(() => renewed.abort())
      await pause(secondsLeft(), renewed.signal)
    },
  }
}
