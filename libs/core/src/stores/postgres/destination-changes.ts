import { changedDestination, withView } from '../../delivery/changed-destination.ts'
import type {
  DestinationStore,
  DestinationUpdate,
  StoredDestination,
} from '../../delivery/destination-store.ts'
import type { DestinationView } from '../../identity/mapped-properties.ts'
import type { Database, Queries } from './database.ts'
import { deleteDestination } from './delete-destination.ts'
import { toDestination } from './destination-row.ts'
import { owesSql, restartSql } from './restart-feeds.ts'
import { text } from './row.ts'
import { withholdFeeds } from './withhold-feeds.ts'

type Changes = Pick<
  DestinationStore,
  'updateDestination' | 'pauseDestination' | 'resumeDestination' | 'deleteDestination'
>

const updateSql = `UPDATE cohort_relay.destination SET sealed_settings = $2, identity = $3, properties = $4,
    version = version + 1, rests_until = NULL, view_since = coalesce($5, view_since) WHERE id = $1`

const seeAnewSql = `UPDATE cohort_relay.feed SET ${restartSql}, unauthorized_since = NULL,
    due_at = CASE WHEN ${owesSql} THEN $2 ELSE due_at END
  WHERE destination_id = $1`

const rememberSql = `UPDATE cohort_relay.feed SET former_views = $3 WHERE destination_id = $1 AND former_views::text = $2
  AND (audience_id IS NOT NULL OR former_views::text <> '[]')`

const wakeSql = `UPDATE cohort_relay.feed SET unauthorized_since = NULL, attempts = 0, last_error = NULL,
    due_at = CASE WHEN due_at IS NOT NULL THEN least(due_at, $2) END
  WHERE destination_id = $1 AND (due_at IS NOT NULL OR unauthorized_since IS NOT NULL)`

/** What becomes of destinations that are there. */
export const destinationChanges = (database: Database): Changes => ({
  updateDestination: (accountId, destinationId, asked) =>
    database.transaction(async (queries) => {
      const stored = await lockDestination(queries, accountId, destinationId)
      if (stored === undefined) return 'unknown'
      if (stored.version !== (asked.version ?? stored.version)) return 'changed-meanwhile'
      await record(queries, stored, asked)
      return 'updated'
    }),
  pauseDestination: (accountId, destinationId, at) =>
    steer(database, { accountId, destinationId }, async (queries) => {
      await queries.run(
        'UPDATE cohort_relay.destination SET paused_since = coalesce(paused_since, $2) WHERE id = $1',
        [destinationId, at],
      )
    }),
  resumeDestination: (accountId, destinationId, at) =>
    steer(database, { accountId, destinationId }, async (queries) => {
      await queries.run(
        'UPDATE cohort_relay.destination SET paused_since = NULL, rests_until = NULL WHERE id = $1',
        [destinationId],
      )
      await queries.run(wakeSql, [destinationId, at])
    }),
  deleteDestination: (accountId, destinationId, deletion) =>
    steer(database, { accountId, destinationId }, (queries) =>
      deleteDestination(queries, destinationId, deletion),
    ),
})

interface Steered {
  readonly accountId: string
  readonly destinationId: string
}

/** Changes whether a destination is delivered to. False when the account has no such destination. */
const steer = (
  database: Database,
  { accountId, destinationId }: Steered,
  act: (queries: Queries) => Promise<void>,
): Promise<boolean> =>
  database.transaction(async (queries) => {
    await lockAccount(queries, accountId)
    if ((await lockDestination(queries, accountId, destinationId)) === undefined) return false
    await act(queries)
    await withholdFeeds(queries, accountId)
    return true
  })

const record = async (
  queries: Queries,
  stored: StoredDestination,
  asked: DestinationUpdate,
): Promise<void> => {
  const { id } = stored
  const { sealedSettings, identity, properties, hasNewView, hasNewPlace } = changedDestination(stored, asked)
  const view = [JSON.stringify(identity), JSON.stringify(properties)]
  await queries.run(updateSql, [id, sealedSettings, ...view, hasNewView ? asked.at : null])
  if (!hasNewView && !hasNewPlace) await queries.run(wakeSql, [id, asked.at])
  else {
    await rememberView(queries, stored)
    await queries.run(seeAnewSql, [id, asked.at])
  }
  if (hasNewPlace)
    await queries.run('UPDATE cohort_relay.feed SET audience_id = NULL, told = 0 WHERE destination_id = $1', [
      id,
    ])
}

/** A cohort that is being made at this moment waits for this lock, or this one for it: its feed is not overlooked. */
const lockAccount = (queries: Queries, accountId: string): Promise<number> =>
  queries.run('SELECT FROM cohort_relay.account WHERE id = $1 FOR UPDATE', [accountId])

/** By feeds with the same former views, of which there are few kinds. */
const rememberView = async (queries: Queries, { id, ...stored }: StoredDestination): Promise<void> => {
  const kinds = await queries.all(
    'SELECT DISTINCT former_views::text AS views FROM cohort_relay.feed WHERE destination_id = $1',
    [id],
  )
  for (const row of kinds) {
    const views = text(row, 'views')
    const added = JSON.stringify(withView(JSON.parse(views) as DestinationView[], stored))
    if (added !== views) await queries.run(rememberSql, [id, views, added])
  }
}

/** Its feeds first, in the order in which others lock them. */
const lockDestination = async (
  queries: Queries,
  accountId: string,
  destinationId: string,
): Promise<StoredDestination | undefined> => {
  await queries.run(
    `SELECT FROM cohort_relay.feed JOIN cohort_relay.destination ON destination.id = feed.destination_id
     WHERE account_id = $1 AND destination.id = $2 ORDER BY feed.id FOR NO KEY UPDATE OF feed`,
    [accountId, destinationId],
  )
  const row = await queries.one(
    `SELECT * FROM cohort_relay.destination WHERE account_id = $1 AND id = $2 AND deleting_since IS NULL
     FOR NO KEY UPDATE`,
    [accountId, destinationId],
  )
  return row && toDestination(row)
}
