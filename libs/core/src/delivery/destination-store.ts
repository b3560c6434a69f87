import type { JoiningProperty } from '../identity/joining-property.ts'

/** Connectors that accounts have configured. */
export interface DestinationStore {
  /** Every cohort of the account gets a feed from its beginning, those that exist and those to come. */
  createDestination(destination: StoredDestination): Promise<void>
  listDestinations(accountId: string): Promise<StoredDestination[]>
  findDestination(destinationId: string): Promise<StoredDestination | undefined>
}

export interface StoredDestination {
  readonly id: string
  readonly accountId: string
  readonly connector: string
  /** Encrypted: readable only with the process's key. */
  readonly sealedSettings: string
  readonly identity: readonly JoiningProperty[]
  readonly createdAt: Date
}
