import type { FeedTurn } from '../../delivery/feed-turn.ts'

interface MemoryLease {
  token: number
  /** Milliseconds; 0: given back. */
  until: number
  restsUntil: Date | null
}

/** Who holds which destination. */
export const memoryLeases = (clock: () => number) => {
  const leases = new Map<string, MemoryLease>()
  const of = (destinationId: string): MemoryLease => {
    const lease = leases.get(destinationId) ?? { token: 0, until: 0, restsUntil: null }
    leases.set(destinationId, lease)
    return lease
  }
  const isNewest = ({ destinationId, lease }: FeedTurn): boolean => of(destinationId).token === lease

  return {
    isNewest,
    isFree: (destinationId: string, now: Date): boolean => {
      const { until, restsUntil } = of(destinationId)
      return until <= clock() && (restsUntil === null || restsUntil <= now)
    },
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
    rest: (destinationId: string, until: Date): void => void (of(destinationId).restsUntil = until),
    rests: (): (Date | null)[] => [...leases.values()].map(({ restsUntil }) => restsUntil),
  }
}
