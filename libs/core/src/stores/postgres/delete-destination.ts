import type { Deletion } from '../../deletion.ts'
import type { Queries } from './database.ts'
import { owesSql, restartSql } from './restart-feeds.ts'

const drainSql = `UPDATE cohort_relay.destination SET draining_since = $2, paused_since = NULL, rests_until = NULL,
    version = version + 1
  WHERE id = $1 AND draining_since IS NULL`

const takeBackSql = `UPDATE cohort_relay.feed SET ${restartSql}, unauthorized_since = NULL, due_at = CASE
    WHEN ${owesSql} AND (audience_id IS NOT NULL OR former_views::text <> '[]' OR EXISTS (
      SELECT FROM cohort_relay.member_failure f WHERE f.feed = feed.id AND f.due_at IS NOT NULL)) THEN $2::timestamptz END
  WHERE destination_id = $1`

const dropSql = `UPDATE cohort_relay.destination SET draining_since = coalesce(draining_since, $2), deleting_since = $2,
    paused_since = coalesce(paused_since, $2), version = version + 1
  WHERE id = $1 AND deleting_since IS NULL`

/** Deletes one destination, whose feeds are locked; its rows stay until they are cleared. */
export const deleteDestination = async (
  queries: Queries,
  destinationId: string,
  { at, drain }: Deletion,
): Promise<void> => {
  if (!drain) await queries.run(dropSql, [destinationId, at])
  else if ((await queries.run(drainSql, [destinationId, at])) > 0)
    await queries.run(takeBackSql, [destinationId, at])
}
