import type { Deletion } from '../deletion.ts'
import type { AccountSettings } from './account-settings.ts'

/** One customer of the partner. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly settings: AccountSettings
  /** 1 at first; grows with each change. */
  readonly version: number
  /** Null unless it is being deleted: its keys open nothing then, and nothing of it can be changed. */
  readonly deletingSince: Date | null
}

export type NewAccount = Omit<Account, 'version' | 'deletingSince'>

/** What is named changes; the settings as a whole. */
interface AccountChange {
  readonly name?: string
  readonly settings?: AccountSettings
}

/** One API key of an account. An account may have several valid keys at a time. */
export interface AccountKey {
  /** The public part of the key; unique over all accounts. */
  readonly keyId: string
  readonly accountId: string
  /** SHA-256 of the whole key, 32 bytes. */
  readonly hash: Uint8Array
  readonly label: string
  readonly createdAt: Date
  /** Exact to about a minute. */
  readonly lastUsedAt: Date | null
  /** From then on the key opens nothing; null: it is not revoked. */
  readonly revokedAt: Date | null
  /**
   * When the partner's own service last said that the key belongs to this account. Null, the default: it was never asked,
   * or its newest answer was no.
   */
  readonly confirmedAt?: Date | null
}

interface AccountsPage {
  /** The id of the last account of the page before. */
  readonly after?: string
  readonly limit: number
}

/** Every method rejects when the store cannot be reached; none of them answers "not found" for that. */
export interface AccountStore {
  /** Stores both or neither. */
  createAccount(account: NewAccount, key: AccountKey): Promise<void>
  findAccount(accountId: string): Promise<Account | undefined>
  countAccounts(): Promise<number>
  /**
   * False when there is no such account, it is being deleted, or it has another version than `version`; undefined overlooks that. Settings
   * hold for pages that are applied from now on.
   */
  changeAccount(accountId: string, change: AccountChange, version?: number): Promise<boolean>
  /**
   * False when there is no such account. From then on its keys open nothing, its pages are not taken and what it stored is not
   * applied. Its destinations are drained, also those of a disabled account, or not called any more; then all that is kept
   * of it goes: see `clearDeleted`. Safe to repeat, also without `drain` while it drains.
   */
  deleteAccount(accountId: string, deletion: Deletion): Promise<boolean>
  addKey(key: AccountKey): Promise<void>
  /** By id, from the one after `after` on. */
  listAccounts(page: AccountsPage): Promise<Account[]>
  /** Revoked ones too, the oldest first. */
  listKeys(accountId: string): Promise<AccountKey[]>
  /** Finds revoked keys too: the caller looks at `revokedAt`, which comes with the deletion of the account at the latest. */
  findKey(keyId: string): Promise<AccountKey | undefined>
  /** False when the account has no such key. `at` may lie ahead. Safe to repeat: the earliest time stays. */
  revokeKey(accountId: string, keyId: string, at: Date): Promise<boolean>
  recordKeyUse(keyId: string, at: Date): Promise<void>
  /** Sets `confirmedAt`. */
  confirmKey(keyId: string, at: Date | null): Promise<void>
}
