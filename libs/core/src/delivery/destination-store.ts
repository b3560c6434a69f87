import type { Deletion } from '../deletion.ts'
import type { DestinationView } from '../identity/mapped-properties.ts'

/** Connectors that accounts have configured. */
export interface DestinationStore {
  /** Every cohort of the account gets a feed from its beginning, those that exist and those to come. */
  createDestination(destination: ConfiguredDestination): Promise<CreatedDestination>
  listDestinations(accountId: string): Promise<StoredDestination[]>
  findDestination(destinationId: string): Promise<StoredDestination | undefined>
  /** Encrypted settings of all accounts by the destination's id, from the one after `after` on. */
  listSealedSettings(page: SealedSettingsPage): Promise<SealedSettings[]>
  /** The same settings, encrypted with another key. False when somebody changed them meanwhile: nothing is done then. */
  resealSettings(sealed: SealedSettings, sealedAnew: string): Promise<boolean>
  /** Destinations by the id of the key that their settings are encrypted with. */
  countSealedByKey(): Promise<Readonly<Record<string, number>>>
  /** All of it or nothing, and never a mix with another update. What a turn under way records from then on is refused. */
  updateDestination(
    accountId: string,
    destinationId: string,
    update: DestinationUpdate,
  ): Promise<'updated' | 'changed-meanwhile' | 'unknown'>
  /**
   * Nobody takes it until it is resumed; a turn under way ends and is recorded. What is owed stays owed. False when the
   * account has no such destination. Safe to repeat: the first time stays.
   */
  pauseDestination(accountId: string, destinationId: string, at: Date): Promise<boolean>
  /** What is owed is due at once, rests and refused credentials included. False like `pauseDestination`; safe to repeat. */
  resumeDestination(accountId: string, destinationId: string, at: Date): Promise<boolean>
  /**
   * False like `pauseDestination`. Safe to repeat, also without `drain` while it drains. What a turn under way records from
   * then on is refused. Rows go later: see `clearDeleted`.
   */
  deleteDestination(accountId: string, destinationId: string, deletion: Deletion): Promise<boolean>
}

export interface SealedSettings {
  readonly accountId: string
  readonly destinationId: string
  /** `v1.<key id of 8 characters>.…` */
  readonly sealedSettings: string
}

interface SealedSettingsPage {
  readonly after?: string
  readonly limit: number
}

/** What is named changes. */
export interface DestinationUpdate {
  readonly at: Date
  /** The version that was read; another one is not updated. Undefined overlooks that. */
  readonly version?: number
  /**
   * They may lead to another place, so each audience is prepared anew and everybody in it told again. The former place is not
   * called any more: who is there stays there, unless the destination is drained first.
   */
  readonly sealedSettings?: string
  /** True: the settings lead to the same place, only credentials or the like are others. Audiences stay as they are. */
  readonly isSamePlace?: boolean
  /**
   * Where this or `properties` makes a difference, a member is taken back as she was told before, and told anew; the others
   * are read again and not sent.
   */
  readonly identity?: DestinationView['identity']
  readonly properties?: DestinationView['properties']
}

export interface CreatedDestination {
  /**
   * True: members came before anything kept all the properties that this destination uses, so they may lack some until
   * their next full sync.
   */
  readonly needsFullSync: boolean
}

export interface StoredDestination extends ConfiguredDestination {
  /** 1 at first; grows with each update. */
  readonly version: number
  /** Null unless it is paused. */
  readonly pausedSince: Date | null
  /** Null unless it is being deleted, and everybody removed there before. */
  readonly drainingSince: Date | null
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
