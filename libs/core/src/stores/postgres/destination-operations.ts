import type {
  ConfiguredDestination,
  CreatedDestination,
  DestinationStore,
} from '../../delivery/destination-store.ts'
import type { Database, Queries } from './database.ts'
import { toDestination } from './destination-row.ts'
import { needsFullSync } from './keep-rows.ts'
import { withholdFeeds } from './withhold-feeds.ts'

/** Since when a feed of the destination is refused for want of credentials. */
export const unauthorizedSinceSql = `(SELECT min(refused.unauthorized_since) FROM cohort_relay.feed AS refused
  WHERE refused.destination_id = destination.id AND refused.unauthorized_since IS NOT NULL) AS unauthorized_since`

const select = `SELECT destination.*, ${unauthorizedSinceSql} FROM cohort_relay.destination WHERE deleting_since IS NULL`

type KeptDestinations = Pick<DestinationStore, 'createDestination' | 'listDestinations' | 'findDestination'>

const deletingSql = '(SELECT deleting_since FROM cohort_relay.account WHERE id = $2)'

/** Configured connectors. Creating one makes its feeds in the same transaction. */
export const destinationOperations = (database: Database): KeptDestinations => ({
  createDestination: (created) => database.transaction((queries) => createDestination(queries, created)),
  listDestinations: async (accountId) =>
    (
      await database.all(`${select} AND account_id = $1 ORDER BY created_at, id COLLATE "C"`, [accountId])
    ).map(toDestination),
  findDestination: async (destinationId) => {
    const row = await database.one(`${select} AND id = $1`, [destinationId])
    return row && toDestination(row)
  },
})

/** Makes its feeds as well. */
export const createDestination = async (
  queries: Queries,
  created: ConfiguredDestination,
): Promise<CreatedDestination> => {
  const { id, accountId, connector, sealedSettings, createdAt } = created
  // A cohort that is being made at this moment waits for this lock, or this one for it: none goes without a feed.
  await queries.run('SELECT FROM cohort_relay.account WHERE id = $1 FOR UPDATE', [accountId])
  // A step that is bringing in the first members marks the feeds that it sees as owed: it ends first.
  await queries.run('SELECT FROM cohort_relay.cohort WHERE account_id = $1 ORDER BY id FOR NO KEY UPDATE', [
    accountId,
  ])
  const lacks = await needsFullSync(queries, created)
  await queries.run(
    // One that comes too late, to an account that is being deleted, is deleted from the start.
    `INSERT INTO cohort_relay.destination(id, account_id, connector, sealed_settings, identity, properties, created_at,
       paused_since, draining_since, deleting_since)
     VALUES($1, $2, $3, $4, $5, $6, $7, ${deletingSql}, ${deletingSql}, ${deletingSql})`,
    [
      id,
      accountId,
      connector,
      sealedSettings,
      JSON.stringify(created.identity),
      JSON.stringify(created.properties),
      createdAt,
    ],
  )
  // Who left before the destination existed was never told to it: leavers count from here.
  await queries.run(
    `INSERT INTO cohort_relay.feed(destination_id, cohort, start, due_at)
     SELECT $1, id, sequence, CASE WHEN sequence > 0 THEN $2::timestamptz END
     FROM cohort_relay.cohort WHERE account_id = $3`,
    [id, createdAt, accountId],
  )
  await withholdFeeds(queries, accountId)
  return { needsFullSync: lacks }
}
