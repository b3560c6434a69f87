import type { Account, AccountKey, AccountStore } from '../../authentication/account-store.ts'

/** Accounts and their keys in memory. */
export const memoryAccounts = (accounts: Map<string, Account>): AccountStore => {
  const keys = new Map<string, AccountKey>()
  return {
    createAccount: async (account, key) => {
      accounts.set(account.id, account)
      keys.set(key.keyId, key)
    },
    findAccount: async (accountId) => accounts.get(accountId),
    updateAccountSettings: async (accountId, settings) => {
      const account = accounts.get(accountId)
      if (account !== undefined) accounts.set(accountId, { ...account, settings })
      return account !== undefined
    },
    countAccounts: async () => accounts.size,
    addKey: async (key) => void keys.set(key.keyId, key),
    findKey: async (keyId) => keys.get(keyId),
    revokeKey: async (accountId, keyId, at) => {
      const key = keys.get(keyId)
      if (key?.accountId !== accountId) return false
      keys.set(keyId, { ...key, revokedAt: key.revokedAt ?? at })
      return true
    },
    recordKeyUse: async (keyId, at) => {
      const key = keys.get(keyId)
      if (key !== undefined) keys.set(keyId, { ...key, lastUsedAt: at })
    },
  }
}
