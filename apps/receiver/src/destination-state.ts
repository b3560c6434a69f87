export const destinationStates = ['active', 'paused', 'unauthorized', 'draining'] as const
export type DestinationState = (typeof destinationStates)[number]

interface DestinationTimes {
  readonly unauthorizedSince: Date | null
  readonly pausedSince: Date | null
  readonly drainingSince: Date | null
}

/** The strongest of what is so: a destination that is paused may also be refused by its partner. */
export const destinationState = (times: DestinationTimes): DestinationState => {
  if (times.drainingSince !== null) return 'draining'
  if (times.pausedSince !== null) return 'paused'
  return times.unauthorizedSince === null ? 'active' : 'unauthorized'
}
