import type { DestinationView } from '../identity/mapped-properties.ts'

/** Connectors that accounts have configured. */
export interface DestinationStore {
  /** Every cohort of the account gets a feed from its beginning, those that exist and those to come. */
  createDestination(destination: ConfiguredDestination): Promise<CreatedDestination>
  listDestinations(accountId: string): Promise<StoredDestination[]>
  findDestination(destinationId: string): Promise<StoredDestination | undefined>
}

export interface CreatedDestination {
  /**
   * True: members came before anything kept all the properties that this destination uses, so they may lack some until
   * their next full sync.
   */
  readonly needsFullSync: boolean
}

export interface StoredDestination extends ConfiguredDestination {
  /** Since when the partner refuses our credentials; null when it does not, as far as its newest answers tell. */
  readonly unauthorizedSince: Date | null
}

export interface ConfiguredDestination extends DestinationView {
  readonly id: string
  readonly accountId: string
  readonly connector: string
  /** Encrypted: readable only with the process's key. */
  readonly sealedSettings: string
  readonly createdAt: Date
}
