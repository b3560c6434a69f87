export type DestinationState = 'active' | 'unauthorized' | 'paused' | 'draining'

interface DestinationTimes {
  readonly unauthorizedSince: Date | null
  readonly pausedSince: Date | null
  readonly drainingSince: Date | null
}

/**
 * `draining`: it is being deleted, and everybody removed there before. `paused`: nothing is delivered until it is resumed.
 * `unauthorized`: the partner no longer accepts the credentials. Of several the first one named here.
 */
export const destinationState = (times: DestinationTimes): DestinationState => {
  if (times.drainingSince !== null) return 'draining'
  if (times.pausedSince !== null) return 'paused'
  return times.unauthorizedSince === null ? 'active' : 'unauthorized'
}
