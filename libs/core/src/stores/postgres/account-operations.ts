import { accountSettings } from '../../authentication/account-settings.ts'
import type { Account, AccountKey, AccountStore, NewAccount } from '../../authentication/account-store.ts'
import { earlierDate } from '../earlier-date.ts'
import type { Database, Row } from './database.ts'
import { date, dateOrNull, number, text } from './row.ts'

const changeSql = `UPDATE cohort_relay.account SET name = coalesce($2, name), settings = coalesce($3::jsonb, settings),
    version = version + 1
  WHERE id = $1 AND deleting_since IS NULL AND version = coalesce($4, version)`

const keySql = `SELECT account_key.*, account.deleting_since FROM cohort_relay.account_key
  JOIN cohort_relay.account ON account.id = account_id`

type KeptAccounts = Omit<AccountStore, 'deleteAccount'>

/** Accounts and their keys. */
export const accountOperations = (database: Database): KeptAccounts => ({
  createAccount: (account, firstKey) =>
    database.transaction(async (queries) => {
      await queries.run(insertAccountSql, accountValues(account))
      await queries.run(insertKeySql, keyValues(firstKey))
    }),
  findAccount: async (accountId) => {
    const row = await database.one('SELECT * FROM cohort_relay.account WHERE id = $1', [accountId])
    return row && toAccount(row)
  },
  listAccounts: async ({ after = '', limit }) => {
    const sql =
      'SELECT * FROM cohort_relay.account WHERE id COLLATE "C" > $1 ORDER BY id COLLATE "C" LIMIT $2'
    return (await database.all(sql, [after, limit])).map(toAccount)
  },
  countAccounts: async () =>
    number(await database.one('SELECT count(*) AS count FROM cohort_relay.account'), 'count'),
  changeAccount: (accountId, { name, settings }, version) =>
    database.transaction(async (queries) => {
      const values = [name ?? null, settings ? JSON.stringify(settings) : null, version ?? null]
      return (await queries.run(changeSql, [accountId, ...values])) > 0
    }),
  ...keyOperations(database),
})

type KeyOperations = Pick<
  AccountStore,
  'addKey' | 'findKey' | 'listKeys' | 'revokeKey' | 'recordKeyUse' | 'confirmKey'
>

const keyOperations = (database: Database): KeyOperations => ({
  addKey: async (key) => {
    await database.run(insertKeySql, keyValues(key))
  },
  confirmKey: async (keyId, at) => {
    await database.run('UPDATE cohort_relay.account_key SET confirmed_at = $2 WHERE key_id = $1', [keyId, at])
  },
  findKey: async (keyId) => {
    const row = await database.one(`${keySql} WHERE key_id = $1`, [keyId])
    return row && toKey(row)
  },
  listKeys: async (accountId) => {
    const sql = `${keySql} WHERE account_id = $1 ORDER BY account_key.created_at, key_id COLLATE "C"`
    return (await database.all(sql, [accountId])).map(toKey)
  },
  revokeKey: async (accountId, keyId, at) => {
    const sql = `UPDATE cohort_relay.account_key SET revoked_at = least(revoked_at, $3)
      WHERE account_id = $1 AND key_id = $2`
    return (await database.run(sql, [accountId, keyId, at])) > 0
  },
  recordKeyUse: async (keyId, at) => {
    await database.run('UPDATE cohort_relay.account_key SET last_used_at = $2 WHERE key_id = $1', [keyId, at])
  },
})

export const insertAccountSql =
  'INSERT INTO cohort_relay.account(id, name, created_at, settings) VALUES($1, $2, $3, $4)'

export const accountValues = ({ id, name, createdAt, settings }: NewAccount): unknown[] => [
  id,
  name,
  createdAt,
  JSON.stringify(settings),
]

export const insertKeySql = `INSERT INTO cohort_relay.account_key(
    key_id, account_id, hash, label, created_at, last_used_at, revoked_at, confirmed_at)
  VALUES($1, $2, $3, $4, $5, $6, $7, $8)`

export const keyValues = (key: AccountKey): unknown[] => {
  const { keyId, accountId, hash, label, createdAt, lastUsedAt, revokedAt, confirmedAt = null } = key
  return [keyId, accountId, Buffer.from(hash), label, createdAt, lastUsedAt, revokedAt, confirmedAt]
}

const toAccount = (row: Row): Account => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  createdAt: date(row, 'created_at'),
  settings: accountSettings.parse(row['settings']),
  version: number(row, 'version'),
  deletingSince: dateOrNull(row, 'deleting_since'),
})

const toKey = (row: Row): AccountKey => ({
  keyId: text(row, 'key_id'),
  accountId: text(row, 'account_id'),
  hash: row['hash'] as Uint8Array,
  label: text(row, 'label'),
  createdAt: date(row, 'created_at'),
  lastUsedAt: dateOrNull(row, 'last_used_at'),
  revokedAt: earlierDate(dateOrNull(row, 'revoked_at'), dateOrNull(row, 'deleting_since')),
  confirmedAt: dateOrNull(row, 'confirmed_at'),
})
