import type { Account, AccountKey, AccountStore } from '../../authentication/account-store.ts'

/** Accounts and their keys in memory. */
export const memoryAccounts = (accounts: Map<string, Account>): AccountStore => {
  const keys = new Map<string, AccountKey>()
  return {
    createAccount: async (account, key) => {
      accounts.set(account.id, { ...account, version: 1, deletingSince: null })
      keys.set(key.keyId, key)
    },
    findAccount: async (accountId) => accounts.get(accountId),
    changeAccount: async (accountId, change, version) => {
      const account = accounts.get(accountId)
      if (account === undefined || account.version !== (version ?? account.version)) return false
      accounts.set(accountId, { ...account, ...change, version: account.version + 1 })
      return true
    },
    listAccounts: async ({ after = '', limit }) =>
      [...accounts.values()]
        .filter(({ id }) => id > after)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    listKeys: async (accountId) =>
      [...keys.values()].filter((key) => key.accountId === accountId).toSorted(byAge),
    countAccounts: async () => accounts.size,
    addKey: async (key) => void keys.set(key.keyId, key),
    findKey: async (keyId) => keys.get(keyId),
    revokeKey: async (accountId, keyId, at) => {
      const key = keys.get(keyId)
      if (key?.accountId !== accountId) return false
      const isLater = key.revokedAt !== null && key.revokedAt <= at
      if (!isLater) keys.set(keyId, { ...key, revokedAt: at })
      return true
    },
    recordKeyUse: async (keyId, at) => {
      const key = keys.get(keyId)
      if (key !== undefined) keys.set(keyId, { ...key, lastUsedAt: at })
    },
  }
}

const byAge = (one: AccountKey, other: AccountKey): number =>
  one.createdAt.getTime() - other.createdAt.getTime() || (one.keyId < other.keyId ? -1 : 1)
