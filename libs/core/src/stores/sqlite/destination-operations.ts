import type { DatabaseSync } from 'node:sqlite'
import type { DestinationStore, StoredDestination } from '../../delivery/destination-store.ts'
import { unauthorizedSinceSql } from './access-operations.ts'
import type { Synchronous } from './synchronous.ts'
import { date, dateOrNull, text, type Row } from './row.ts'

const select = `SELECT *, ${unauthorizedSinceSql} FROM destination`

/** Configured connectors. Creating one makes its feeds in the same transaction. */
export const destinationOperations = (database: DatabaseSync): Synchronous<DestinationStore> => {
  const insert = database.prepare('INSERT INTO destination VALUES(?, ?, ?, ?, ?, ?)')
  // Who left before the destination existed was never told to it: leavers count from here.
  const feeds = database.prepare(
    `INSERT INTO feed(destination_id, cohort, start, due_at)
     SELECT ?, id, sequence, CASE WHEN sequence > 0 THEN ? END FROM cohort WHERE account_id = ?`,
  )
  const ofAccount = database.prepare(`${select} WHERE account_id = ? ORDER BY created_at, id`)
  const one = database.prepare(`${select} WHERE id = ?`)

  return {
    createDestination: ({ id, accountId, connector, sealedSettings, identity, createdAt }) => {
      insert.run(id, accountId, connector, sealedSettings, JSON.stringify(identity), createdAt.getTime())
      feeds.run(id, createdAt.getTime(), accountId)
    },
    listDestinations: (accountId) => ofAccount.all(accountId).map(toDestination),
    findDestination: (destinationId) => {
      const row = one.get(destinationId)
      return row && toDestination(row)
    },
  }
}

const toDestination = (row: Row): StoredDestination => ({
  id: text(row['id']),
  accountId: text(row['account_id']),
  connector: text(row['connector']),
  sealedSettings: text(row['sealed_settings']),
  identity: JSON.parse(text(row['identity'])) as StoredDestination['identity'],
  createdAt: date(row['created_at']),
  unauthorizedSince: dateOrNull(row['unauthorized_since']),
})
