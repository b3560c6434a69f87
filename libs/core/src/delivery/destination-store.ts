import type { JoiningProperty } from '../identity/joining-property.ts'

/** Connectors that accounts have configured. */
export interface DestinationStore {
  /** Every cohort of the account gets a feed from its beginning, those that exist and those to come. */
  createDestination(destination: ConfiguredDestination): Promise<void>
  listDestinations(accountId: string): Promise<StoredDestination[]>
  findDestination(destinationId: string): Promise<StoredDestination | undefined>
}

export interface StoredDestination extends ConfiguredDestination {
  /** Since when the partner refuses our credentials; null when it does not, as far as its newest answers tell. */
  readonly unauthorizedSince: Date | null
}

export interface ConfiguredDestination {
  readonly id: string
  readonly accountId: string
  readonly connector: string
  /** Encrypted: readable only with the process's key. */
  readonly sealedSettings: string
  readonly identity: readonly JoiningProperty[]
  readonly createdAt: Date
}
