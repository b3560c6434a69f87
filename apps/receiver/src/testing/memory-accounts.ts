import type { Account, AccountKey, AccountStore } from '@cohort-relay/core'

/** Accounts in memory, for tests of the routes. */
export const memoryAccounts = (): AccountStore => {
  const accounts = new Map<string, Account>()
  const keys = new Map<string, AccountKey>()
  const addKey = async (key: AccountKey): Promise<void> => void keys.set(key.keyId, key)
  return {
    createAccount: async (account, key) => {
      accounts.set(account.id, account)
      await addKey(key)
    },
    findAccount: async (accountId) => accounts.get(accountId),
    updateAccountSettings: async (accountId, settings) => {
      const account = accounts.get(accountId)
      if (account !== undefined) accounts.set(accountId, { ...account, settings })
      return account !== undefined
    },
    countAccounts: async () => accounts.size,
    addKey,
    findKey: async (keyId) => keys.get(keyId),
    revokeKey: async (accountId, keyId, at) => {
      const key = keys.get(keyId)
      if (key === undefined || key.accountId !== accountId) return false
      keys.set(keyId, { ...key, revokedAt: key.revokedAt ?? at })
      return true
    },
    recordKeyUse: async () => undefined,
  }
}
