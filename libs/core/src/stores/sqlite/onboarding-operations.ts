import type { DatabaseSync } from 'node:sqlite'
import type { AccountStore } from '../../authentication/account-store.ts'
import type { DestinationStore } from '../../delivery/destination-store.ts'
import type { OnboardingStore } from '../onboarding-store.ts'
import { text } from './row.ts'
import type { Synchronous } from './synchronous.ts'

type Creating = Synchronous<Pick<AccountStore, 'createAccount'> & Pick<DestinationStore, 'createDestination'>>

/** Accounts that come with all they need. */
export const onboardingOperations = (
  database: DatabaseSync,
  { createAccount, createDestination }: Creating,
): Synchronous<OnboardingStore> => {
  const taken = database.prepare(
    'SELECT EXISTS (SELECT 1 FROM account WHERE id = ?) OR EXISTS (SELECT 1 FROM account_key WHERE key_id = ?) AS taken',
  )
  const find = database.prepare('SELECT sealed FROM installation_secret WHERE name = ?')
  const keep = database.prepare('INSERT INTO installation_secret VALUES(?, ?) ON CONFLICT DO NOTHING')
  const replace = database.prepare(
    'UPDATE installation_secret SET sealed = ?3 WHERE name = ?1 AND sealed = ?2',
  )
  const findSecret = (name: string): string | undefined => {
    const row = find.get(name)
    return row && text(row['sealed'])
  }
  return {
    findSecret,
    keepSecret: (name, sealed) => {
      keep.run(name, sealed)
      return findSecret(name) ?? sealed
    },
    replaceSecret: (name, sealed, other) => replace.run(name, sealed, other).changes > 0,
    createAccountWithDestination: (account, key, destination) => {
      if (taken.get(account.id, key.keyId)?.['taken'] === 1) return 'exists'
      createAccount(account, key)
      createDestination(destination)
      return 'created'
    },
  }
}
