import type { DatabaseSync } from 'node:sqlite'
import type { AccountKey, AccountStore } from '../../authentication/account-store.ts'
import { earlierDate } from '../earlier-date.ts'
import { date, dateOrNull, text, type Row } from './row.ts'
import type { Synchronous } from './synchronous.ts'

type KeyOperations = Pick<
  AccountStore,
  'addKey' | 'findKey' | 'listKeys' | 'revokeKey' | 'recordKeyUse' | 'confirmKey'
>

const select = `SELECT account_key.*, account.deleting_since FROM account_key JOIN account ON account.id = account_id`

/** Keys of accounts. */
export const keyOperations = (database: DatabaseSync): Synchronous<KeyOperations> => {
  const insert = database.prepare('INSERT INTO account_key VALUES(?, ?, ?, ?, ?, ?, ?, ?)')
  const one = database.prepare(`${select} WHERE key_id = ?`)
  const ofAccount = database.prepare(`${select} WHERE account_id = ? ORDER BY account_key.created_at, key_id`)
  const revoke = database.prepare(
    'UPDATE account_key SET revoked_at = min(coalesce(revoked_at, ?1), ?1) WHERE account_id = ?2 AND key_id = ?3',
  )
  const confirm = database.prepare('UPDATE account_key SET confirmed_at = ? WHERE key_id = ?')
  const use = database.prepare('UPDATE account_key SET last_used_at = ? WHERE key_id = ?')

  return {
    addKey: ({ keyId, accountId, hash, label, ...added }) => {
      const times = [added.createdAt, added.lastUsedAt, added.revokedAt, added.confirmedAt].map(
        (time) => time?.getTime() ?? null,
      )
      insert.run(keyId, accountId, hash, label, ...times)
    },
    findKey: (keyId) => {
      const row = one.get(keyId)
      return row && toKey(row)
    },
    listKeys: (accountId) => ofAccount.all(accountId).map(toKey),
    revokeKey: (accountId, keyId, at) => revoke.run(at.getTime(), accountId, keyId).changes > 0,
    recordKeyUse: (keyId, at) => void use.run(at.getTime(), keyId),
    confirmKey: (keyId, at) => void confirm.run(at?.getTime() ?? null, keyId),
  }
}

const toKey = (row: Row): AccountKey => ({
  keyId: text(row['key_id']),
  accountId: text(row['account_id']),
  hash: row['hash'] as Uint8Array,
  label: text(row['label']),
  createdAt: date(row['created_at']),
  lastUsedAt: dateOrNull(row['last_used_at']),
  revokedAt: earlierDate(dateOrNull(row['revoked_at']), dateOrNull(row['deleting_since'])),
  confirmedAt: dateOrNull(row['confirmed_at']),
})
