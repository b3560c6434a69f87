import type { DatabaseSync } from 'node:sqlite'
import type { DestinationStore } from '../../delivery/destination-store.ts'
import { unauthorizedSinceSql } from './access-operations.ts'
import { toDestination } from './destination-row.ts'
import { KeepRows } from './keep-rows.ts'
import type { Synchronous } from './synchronous.ts'
import { withholdFeeds } from './withhold-feeds.ts'

type KeptDestinations = Pick<DestinationStore, 'createDestination' | 'listDestinations' | 'findDestination'>

const select = `SELECT *, ${unauthorizedSinceSql} FROM destination WHERE deleting_since IS NULL`

const deletingSql = '(SELECT deleting_since FROM account WHERE id = ?2)'

/** Configured connectors. Creating one makes its feeds in the same transaction. */
export const destinationOperations = (database: DatabaseSync): Synchronous<KeptDestinations> => {
  const keeps = new KeepRows(database)
  // One that comes too late, to an account that is being deleted, is deleted from the start.
  const insert = database.prepare(
    `INSERT INTO destination(id, account_id, connector, sealed_settings, identity, created_at, properties,
       paused_since, draining_since, deleting_since)
     VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ${deletingSql}, ${deletingSql}, ${deletingSql})`,
  )
  // Who left before the destination existed was never told to it: leavers count from here.
  const feeds = database.prepare(
    `INSERT INTO feed(destination_id, cohort, start, due_at)
     SELECT ?, id, sequence, CASE WHEN sequence > 0 THEN ? END FROM cohort WHERE account_id = ?`,
  )
  const withhold = withholdFeeds(database)
  const ofAccount = database.prepare(`${select} AND account_id = ? ORDER BY created_at, id`)
  const one = database.prepare(`${select} AND id = ?`)

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
