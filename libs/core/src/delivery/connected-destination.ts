import type { Destination, Logger } from '@cohort-relay/connector-kit'
import type { DestinationView } from '../identity/mapped-properties.ts'
import type { StoredDestination } from './destination-store.ts'

/** A destination ready to be called. */
export interface ConnectedDestination extends DestinationView {
  readonly id: string
  readonly accountId: string
  readonly connector: string
  readonly destination: Destination
  readonly membersPerCall: number
  readonly log: Logger
}

/** Decrypts the settings and joins them with the connector; throws when either is not to be had. Does no I/O. */
export type Connect = (stored: StoredDestination) => ConnectedDestination
