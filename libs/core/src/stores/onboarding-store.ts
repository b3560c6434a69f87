import type { AccountKey, NewAccount } from '../authentication/account-store.ts'
import type { ConfiguredDestination } from '../delivery/destination-store.ts'

/** Accounts that come with all they need, and what finds them again. */
export interface OnboardingStore {
  /** All three or nothing; `exists`: nothing was stored, since there is an account or a key of that id. */
  createAccountWithDestination(
    account: NewAccount,
    key: AccountKey,
    destination: ConfiguredDestination,
  ): Promise<'created' | 'exists'>
  /** A secret of the whole installation, encrypted; undefined where there is none of this name. */
  findSecret(name: string): Promise<string | undefined>
  /** Stores it unless there is one of this name. Resolves with the one that is there then. */
  keepSecret(name: string, sealed: string): Promise<string>
  /** Puts another one in its place. False when it is not this one any more: nothing is done then. */
  replaceSecret(name: string, sealed: string, other: string): Promise<boolean>
}
