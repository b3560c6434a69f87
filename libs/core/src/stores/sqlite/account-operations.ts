import type { DatabaseSync } from 'node:sqlite'
import { accountSettings } from '../../authentication/account-settings.ts'
import type { Account, AccountStore } from '../../authentication/account-store.ts'
import { keyOperations } from './key-operations.ts'
import type { Synchronous } from './synchronous.ts'
import { date, dateOrNull, number, text, type Row } from './row.ts'
import { withholdFeeds } from './withhold-feeds.ts'

type KeptAccounts = Omit<AccountStore, 'deleteAccount'>

/** Accounts and their keys. */
export const accountOperations = (database: DatabaseSync): Synchronous<KeptAccounts> => {
  const insertAccount = database.prepare(
    'INSERT INTO account(id, name, created_at, settings) VALUES(?, ?, ?, ?)',
  )
  const account = database.prepare('SELECT * FROM account WHERE id = ?')
  const change = database.prepare(
    `UPDATE account SET name = coalesce(?2, name), settings = coalesce(?3, settings), version = version + 1
     WHERE id = ?1 AND deleting_since IS NULL AND version = coalesce(?4, version)`,
  )
  const count = database.prepare('SELECT count(*) AS count FROM account')
  const list = database.prepare('SELECT * FROM account WHERE id > ? ORDER BY id LIMIT ?')
  const withhold = withholdFeeds(database)
  const keys = keyOperations(database)

  return {
    createAccount: ({ id, name, createdAt, settings }, firstKey) => {
      insertAccount.run(id, name, createdAt.getTime(), JSON.stringify(settings))
      keys.addKey(firstKey)
    },
    ...keys,
    findAccount: (accountId) => {
      const row = account.get(accountId)
      return row && toAccount(row)
    },
    listAccounts: ({ after = '', limit }) => list.all(after, limit).map(toAccount),
    changeAccount: (accountId, { name, settings }, version) => {
      const values = [name ?? null, settings ? JSON.stringify(settings) : null, version ?? null] as const
      const isChanged = change.run(accountId, ...values).changes > 0
      if (isChanged) withhold(accountId)
      return isChanged
    },
    countAccounts: () => number(count.get()?.['count']),
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
