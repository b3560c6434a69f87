import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { readBatch } from './batch-rows.ts'
import { claimFeeds } from './claim-rows.ts'
import type { Database, Queries } from './database.ts'
import { recordAudience, recordOutcomes } from './outcome-rows.ts'
import { dateOrNull } from './row.ts'

/** The end of a lease, by the server's clock. */
const leaseEnd = "clock_timestamp() + $3 * interval '1 second'"

const nextDueSql = `SELECT least(
    (SELECT min(due_at) FROM cohort_relay.feed WHERE due_at > $1 AND NOT withheld),
    (SELECT min(rests_until) FROM cohort_relay.destination WHERE rests_until > $1)) AS due`

/** Feeds: who is owed something, and the next of it. */
export const feedOperations = (database: Database): FeedStore => ({
  claimFeeds: (now, claim) => database.transaction((queries) => claimFeeds(queries, now, claim)),
  renewLease: async ({ destinationId, lease }, seconds) => {
    const sql = `UPDATE cohort_relay.destination SET leased_until = ${leaseEnd} WHERE id = $1 AND lease = $2
      AND leased_until IS NOT NULL`
    return (await database.run(sql, [destinationId, lease, seconds])) > 0
  },
  endTurn: async ({ destinationId, lease }) => {
    const sql = `UPDATE cohort_relay.destination SET leased_until = NULL, leased_by = NULL
      WHERE id = $1 AND lease = $2`
    await database.run(sql, [destinationId, lease])
  },
  nextFeedDueAt: async (now) => dateOrNull(await database.one(nextDueSql, [now]), 'due'),
  readBatch: (turn, now, limit) =>
    database.transaction((queries) => readBatch(queries, turn, { now, limit }), 'read'),
  recordAudience: (turn, audienceId) =>
    fenced(database, turn, (queries) => recordAudience(queries, turn.feedId, audienceId)),
  recordOutcomes: (turn, outcomes) =>
    fenced(database, turn, (queries) => recordOutcomes(queries, turn.feedId, outcomes)),
  postponeFeed: (turn, { dueAt, attempts, reason }) =>
    fenced(database, turn, (queries) =>
      queries.run('UPDATE cohort_relay.feed SET due_at = $2, attempts = $3, last_error = $4 WHERE id = $1', [
        turn.feedId,
        dueAt,
        attempts,
        reason,
      ]),
    ),
  restDestination: (turn, until) =>
    fenced(database, turn, (queries) =>
      queries.run('UPDATE cohort_relay.destination SET rests_until = $2 WHERE id = $1', [
        turn.destinationId,
        until,
      ]),
    ),
  recordAccess: (turn, access, at) =>
    fenced(database, turn, (queries) =>
      queries.run(accessSql[access], access === 'refused' ? [turn.feedId, at] : [turn.feedId]),
    ),
})

const accessSql = {
  refused: 'UPDATE cohort_relay.feed SET unauthorized_since = coalesce(unauthorized_since, $2) WHERE id = $1',
  unasked: 'UPDATE cohort_relay.feed SET unauthorized_since = NULL WHERE id = $1',
  granted: `UPDATE cohort_relay.feed SET unauthorized_since = NULL WHERE unauthorized_since IS NOT NULL
    AND destination_id = (SELECT destination_id FROM cohort_relay.feed WHERE id = $1)`,
} as const

/**
 * Runs the work if the turn's lease is the newest, and keeps it so until the transaction ends. The feed is locked by a
 * statement of its own: what is decided after it sees every change that was recorded before.
 */
const fenced = (
  database: Database,
  { feedId, lease, version }: FeedTurn,
  work: (queries: Queries) => Promise<unknown>,
): Promise<void> =>
  database.transaction(async (queries) => {
    const held = await queries.one(
      `SELECT FROM cohort_relay.feed JOIN cohort_relay.destination ON destination.id = feed.destination_id
       WHERE feed.id = $1 AND destination.lease = $2 AND destination.version = $3 FOR NO KEY UPDATE OF feed, destination`,
      [feedId, lease, version],
    )
    if (held === undefined) throw new LeaseLostError()
    await work(queries)
  })
