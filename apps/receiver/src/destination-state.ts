export type DestinationState = 'active' | 'unauthorized'

/** `unauthorized`: the partner no longer accepts the credentials. */
export const destinationState = ({
  unauthorizedSince,
}: {
  readonly unauthorizedSince: Date | null
}): DestinationState => (unauthorizedSince === null ? 'active' : 'unauthorized')
