import type { DatabaseSync } from 'node:sqlite'
import type { DestinationStore } from '../../delivery/destination-store.ts'
import { unauthorizedSinceSql } from './access-operations.ts'
import { toDestination } from './destination-row.ts'
import { KeepRows } from './keep-rows.ts'
import type { Synchronous } from './synchronous.ts'
import { withholdFeeds } from './withhold-feeds.ts'

const select = `SELECT *, ${unauthorizedSinceSql} FROM destination`

/** Configured connectors. Creating one makes its feeds in the same transaction. */
export const destinationOperations = (database: DatabaseSync): Synchronous<DestinationStore> => {
  const keeps = new KeepRows(database)
  const insert =
    database.prepare(`INSERT INTO destination(id, account_id, connector, sealed_settings, identity, created_at, properties)
     VALUES(?, ?, ?, ?, ?, ?, ?)`)
  // Who left before the destination existed was never told to it: leavers count from here.
  const feeds = database.prepare(
    `INSERT INTO feed(destination_id, cohort, start, due_at)
     SELECT ?, id, sequence, CASE WHEN sequence > 0 THEN ? END FROM cohort WHERE account_id = ?`,
  )
  const withhold = withholdFeeds(database)
  const ofAccount = database.prepare(`${select} WHERE account_id = ? ORDER BY created_at, id`)
  const one = database.prepare(`${select} WHERE id = ?`)

  return {
    createDestination: (created) => {
      const { id, accountId, connector, sealedSettings, createdAt } = created
      const [identity, properties] = [JSON.stringify(created.identity), JSON.stringify(created.properties)]
      const needsFullSync = keeps.mayLack(created)
      insert.run(id, accountId, connector, sealedSettings, identity, createdAt.getTime(), properties)
      feeds.run(id, createdAt.getTime(), accountId)
      withhold(accountId)
      return { needsFullSync }
    },
    listDestinations: (accountId) => ofAccount.all(accountId).map(toDestination),
    findDestination: (destinationId) => {
      const row = one.get(destinationId)
      return row && toDestination(row)
    },
  }
}
