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
  /** Renews it no longer. */
  readonly end: () => Promise<void>
}

/** Renewed so many times before it would run out. */
const beats = 3

/** Renews the lease of a turn as long as it lasts, three times before it would run out. */
export const holdLease = (turn: FeedTurn, parts: LeaseParts): HeldLease => {
  const { store, leaseSeconds, clock, pause } = parts
  const ending = new AbortController()
  const losing = new AbortController()
  let renewedAt = clock()

  /** False when it was lost, or may have been: for as long as it lasts the database did not answer. */
  const renew = async (): Promise<boolean> => {
    const began = clock()
    const isHeld = await store.renewLease(turn, leaseSeconds).catch(() => undefined)
    if (isHeld === true) renewedAt = began
    return isHeld ?? clock() - renewedAt < leaseSeconds * 1000
  }
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted && !losing.signal.aborted) {
      await pause(leaseSeconds / beats, ending.signal)
      if (ending.signal.aborted) return
      if (!(await renew())) losing.abort()
    }
  }

  const running = run()
  return {
    lost: losing.signal,
    end: () => {
      ending.abort()
      return running
    },
  }
}
