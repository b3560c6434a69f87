import type { Account, AccountKey, AccountStore } from '../../authentication/account-store.ts'
import { earlierDate } from '../earlier-date.ts'

/** Accounts and their keys in memory. */
export const memoryAccounts = (
  accounts: Map<string, Account>,
  keys: Map<string, AccountKey>,
): Omit<AccountStore, 'deleteAccount'> => {
  return {
    createAccount: async (account, key) => {
      accounts.set(account.id, { ...account, version: 1, deletingSince: null })
      keys.set(key.keyId, { confirmedAt: null, ...key })
    },
    findAccount: async (accountId) => accounts.get(accountId),
    changeAccount: async (accountId, change, version) => {
      const account = accounts.get(accountId)
      if (account === undefined || account.deletingSince !== null) return false
      if (account.version !== (version ?? account.version)) return false
      accounts.set(accountId, { ...account, ...change, version: account.version + 1 })
      return true
    },
    listAccounts: async ({ after = '', limit }) =>
      [...accounts.values()]
        .filter(({ id }) => id > after)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    countAccounts: async () => accounts.size,
    ...memoryKeys(accounts, keys),
  }
}

type Keys = Pick<
  AccountStore,
  'addKey' | 'findKey' | 'listKeys' | 'revokeKey' | 'recordKeyUse' | 'confirmKey'
>

const memoryKeys = (accounts: ReadonlyMap<string, Account>, keys: Map<string, AccountKey>): Keys => {
  const described = (key: AccountKey): AccountKey => {
    const deletingSince = accounts.get(key.accountId)?.deletingSince ?? null
    return { ...key, revokedAt: earlierDate(key.revokedAt, deletingSince) }
  }
  return {
    addKey: async (key) => void keys.set(key.keyId, { confirmedAt: null, ...key }),
    findKey: async (keyId) => {
      const key = keys.get(keyId)
      return key && described(key)
    },
    listKeys: async (accountId) =>
      [...keys.values()]
        .filter((key) => key.accountId === accountId)
        .map(described)
        .toSorted(byAge),
    revokeKey: async (accountId, keyId, at) => {
      const key = keys.get(keyId)
      if (key?.accountId !== accountId) return false
      const isLater = key.revokedAt !== null && key.revokedAt <= at
      if (!isLater) keys.set(keyId, { ...key, revokedAt: at })
      return true
    },
    confirmKey: async (keyId, at) => {
      const key = keys.get(keyId)
      if (key !== undefined) keys.set(keyId, { ...key, confirmedAt: at })
    },
    recordKeyUse: async (keyId, at) => {
      const key = keys.get(keyId)
      if (key !== undefined) keys.set(keyId, { ...key, lastUsedAt: at })
    },
  }
}

const byAge = (one: AccountKey, other: AccountKey): number =>
  one.createdAt.getTime() - other.createdAt.getTime() || (one.keyId < other.keyId ? -1 : 1)
