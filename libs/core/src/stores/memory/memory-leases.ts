import type { FeedTurn } from '../../delivery/feed-turn.ts'

interface MemoryLease {
  token: number
  /** Milliseconds; 0: given back. */
  until: number
}

/** Who holds which destination. */
export const memoryLeases = (clock: () => number) => {
  const leases = new Map<string, MemoryLease>()
  const of = (destinationId: string): MemoryLease => {
    const lease = leases.get(destinationId) ?? { token: 0, until: 0 }
    leases.set(destinationId, lease)
    return lease
  }
  const isNewest = ({ destinationId, lease }: FeedTurn): boolean => of(destinationId).token === lease

  return {
    isNewest,
    isFree: (destinationId: string): boolean => of(destinationId).until <= clock(),
    /** Returns the token. */
    take: (destinationId: string, seconds: number): number => {
      const lease = of(destinationId)
      lease.until = clock() + seconds * 1000
      return ++lease.token
    },
    renew: (turn: FeedTurn, seconds: number): boolean => {
      const lease = of(turn.destinationId)
      if (!isNewest(turn) || lease.until === 0) return false
      lease.until = clock() + seconds * 1000
      return true
    },
    end: (turn: FeedTurn): void => {
      if (isNewest(turn)) of(turn.destinationId).until = 0
    },
  }
}
