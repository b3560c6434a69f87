import type { Account, AccountStore } from '../../authentication/account-store.ts'
import type { OnboardingStore } from '../onboarding-store.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'

interface MemoryOnboardingParts {
  readonly known: ReadonlyMap<string, Account>
  readonly accounts: Pick<AccountStore, 'createAccount' | 'findKey'>
  readonly cohorts: MemoryCohorts
}

/** Accounts that come with all they need, and what finds them again, in memory. */
export const memoryOnboarding = ({ known, accounts, cohorts }: MemoryOnboardingParts): OnboardingStore => {
  const secrets = new Map<string, string>()
  return {
    createAccountWithDestination: async (account, key, destination) => {
      const isTaken = known.has(account.id) || (await accounts.findKey(key.keyId)) !== undefined
      if (isTaken) return 'exists'
      await accounts.createAccount(account, key)
      cohorts.addDestination(destination)
      return 'created'
    },
    findSecret: async (name) => secrets.get(name),
    keepSecret: async (name, sealed) => {
      const kept = secrets.get(name) ?? sealed
      secrets.set(name, kept)
      return kept
    },
    replaceSecret: async (name, sealed, other) => {
      if (secrets.get(name) !== sealed) return false
      secrets.set(name, other)
      return true
    },
  }
}
