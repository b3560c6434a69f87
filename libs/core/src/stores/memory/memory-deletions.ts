import type { Account, AccountStore } from '../../authentication/account-store.ts'
import type { DeletedRows } from '../../intake/deleted-rows.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import { deleteDestination } from './memory-destination.ts'
import type { MemorySessions } from './memory-sessions.ts'

export interface MemoryDeletionsParts {
  readonly accounts: Map<string, Account>
  readonly clearKeys: (accountId: string) => void
  readonly cohorts: MemoryCohorts
  readonly sessions: MemorySessions
}

/** Deletes accounts, and what they and destinations leave behind. */
export const memoryDeletions = ({
  accounts,
  clearKeys,
  cohorts,
  sessions,
}: MemoryDeletionsParts): Pick<AccountStore, 'deleteAccount'> & DeletedRows => ({
  deleteAccount: async (accountId, deletion) => {
    const account = accounts.get(accountId)
    if (account === undefined) return false
    const settings = { ...account.settings, disabled: false }
    accounts.set(accountId, { ...account, settings, deletingSince: account.deletingSince ?? deletion.at })
    for (const { id } of cohorts.destinationsOf(accountId)) {
      const destination = cohorts.destinationOf(accountId, id)!
      deleteDestination(destination, cohorts.feedsTo(destination), deletion)
    }
    return true
  },
  clearDeleted: async () => {
    if (cohorts.clearDestination()) return true
    const deleting = [...accounts.values()].filter(({ deletingSince }) => deletingSince !== null)
    const cleared = deleting.find(({ id }) => cohorts.clearAccount(id))
    if (cleared === undefined) return false
    sessions.clearAccount(cleared.id)
    clearKeys(cleared.id)
    accounts.delete(cleared.id)
    return true
  },
})
