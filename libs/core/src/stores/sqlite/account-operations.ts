import type { DatabaseSync } from 'node:sqlite'
import { accountSettings } from '../../authentication/account-settings.ts'
import type { Account, AccountKey, AccountStore } from '../../authentication/account-store.ts'
import type { Synchronous } from './synchronous.ts'
import { date, dateOrNull, number, text, type Row } from './row.ts'
import { withholdFeeds } from './withhold-feeds.ts'

/** Accounts and their keys. */
export const accountOperations = (database: DatabaseSync): Synchronous<AccountStore> => {
  const insertAccount = database.prepare(
    'INSERT INTO account(id, name, created_at, settings) VALUES(?, ?, ?, ?)',
  )
  const insertKey = database.prepare('INSERT INTO account_key VALUES(?, ?, ?, ?, ?, ?, ?)')
  const account = database.prepare('SELECT * FROM account WHERE id = ?')
  const change = database.prepare(
    `UPDATE account SET name = coalesce(?2, name), settings = coalesce(?3, settings), version = version + 1
     WHERE id = ?1 AND version = coalesce(?4, version)`,
  )
  const count = database.prepare('SELECT count(*) AS count FROM account')
  const key = database.prepare('SELECT * FROM account_key WHERE key_id = ?')
  const revoke = database.prepare(
    'UPDATE account_key SET revoked_at = min(coalesce(revoked_at, ?1), ?1) WHERE account_id = ?2 AND key_id = ?3',
  )
  const list = database.prepare('SELECT * FROM account WHERE id > ? ORDER BY id LIMIT ?')
  const keys = database.prepare('SELECT * FROM account_key WHERE account_id = ? ORDER BY created_at, key_id')
  const withhold = withholdFeeds(database)
  const use = database.prepare('UPDATE account_key SET last_used_at = ? WHERE key_id = ?')

  const addKey = ({ keyId, accountId, hash, label, ...added }: AccountKey): void => {
    const times = [added.createdAt, added.lastUsedAt, added.revokedAt].map((time) => time?.getTime() ?? null)
    insertKey.run(keyId, accountId, hash, label, ...times)
  }
  return {
    createAccount: ({ id, name, createdAt, settings }, firstKey) => {
      insertAccount.run(id, name, createdAt.getTime(), JSON.stringify(settings))
      addKey(firstKey)
    },
    addKey,
    findAccount: (accountId) => {
      const row = account.get(accountId)
      return row && toAccount(row)
    },
    listAccounts: ({ after = '', limit }) => list.all(after, limit).map(toAccount),
    listKeys: (accountId) => keys.all(accountId).map(toKey),
    changeAccount: (accountId, { name, settings }, version) => {
      const values = [name ?? null, settings ? JSON.stringify(settings) : null, version ?? null] as const
      const isChanged = change.run(accountId, ...values).changes > 0
      if (isChanged) withhold(accountId)
      return isChanged
    },
    countAccounts: () => number(count.get()?.['count']),
    findKey: (keyId) => {
      const row = key.get(keyId)
      return row && toKey(row)
    },
    revokeKey: (accountId, keyId, at) => revoke.run(at.getTime(), accountId, keyId).changes > 0,
    recordKeyUse: (keyId, at) => void use.run(at.getTime(), keyId),
  }
}

const toAccount = (row: Row): Account => ({
  id: text(row['id']),
  name: text(row['name']),
  createdAt: date(row['created_at']),
  settings: accountSettings.parse(JSON.parse(text(row['settings']))),
  version: number(row['version']),
  deletingSince: dateOrNull(row['deleting_since']),
})

const toKey = (row: Row): AccountKey => ({
  keyId: text(row['key_id']),
  accountId: text(row['account_id']),
  hash: row['hash'] as Uint8Array,
  label: text(row['label']),
  createdAt: date(row['created_at']),
  lastUsedAt: dateOrNull(row['last_used_at']),
  revokedAt: dateOrNull(row['revoked_at']),
})
