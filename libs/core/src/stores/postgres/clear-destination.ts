import type { Queries, Row } from './database.ts'
import { deleteDestination } from './delete-destination.ts'
import { date, number, text } from './row.ts'

const rowsAtOnce = 1000

/** While somebody holds it, the end of its last turn is not recorded yet. */
const nextSql = `SELECT id, draining_since, deleting_since FROM cohort_relay.destination
  WHERE draining_since IS NOT NULL AND (deleting_since IS NOT NULL
    OR ((leased_until IS NULL OR leased_until <= clock_timestamp()) AND NOT EXISTS (
      SELECT FROM cohort_relay.feed WHERE destination_id = destination.id AND due_at IS NOT NULL)))
  ORDER BY deleting_since LIMIT 1`

const feedSql = `SELECT id, cohort, EXISTS(SELECT FROM cohort_relay.feed AS other
    WHERE other.cohort = feed.cohort AND other.id <> feed.id) AS has_others
  FROM cohort_relay.feed WHERE destination_id = $1 ORDER BY id LIMIT 1 FOR UPDATE`

const failuresSql = `DELETE FROM cohort_relay.member_failure WHERE feed = $1 AND member IN (
  SELECT member FROM cohort_relay.member_failure WHERE feed = $1 ORDER BY member LIMIT $2)`

/** Where nobody is left who was told them. */
const versionsSql = `DELETE FROM cohort_relay.member_version WHERE cohort = $1 AND (member, until_sequence) IN (
  SELECT member, until_sequence FROM cohort_relay.member_version WHERE cohort = $1
  ORDER BY member, until_sequence LIMIT $2)`

/** Another process may have taken the feed that this one waited for. */
const dropSql = `DELETE FROM cohort_relay.destination WHERE id = $1 AND deleting_since IS NOT NULL
  AND NOT EXISTS (SELECT FROM cohort_relay.feed WHERE destination_id = $1)`

/** A part of what a deleted destination leaves behind. False when there is none that has drained. */
export const clearDestination = async (queries: Queries): Promise<boolean> => {
  const row = await queries.one(nextSql)
  if (row === undefined) return false
  const id = text(row, 'id')
  // The feed is locked before the destination, as everywhere.
  const feed = await queries.one(feedSql, [id])
  if (row['deleting_since'] === null)
    await deleteDestination(queries, id, { at: date(row, 'draining_since'), drain: false })
  else if (feed === undefined) await queries.run(dropSql, [id])
  else await clearFeed(queries, feed)
  return true
}

const clearFeed = async (queries: Queries, feed: Row): Promise<void> => {
  const id = number(feed, 'id')
  if ((await queries.run(failuresSql, [id, rowsAtOnce])) > 0) return
  const isLast = feed['has_others'] === false
  if (isLast && (await queries.run(versionsSql, [feed['cohort'], rowsAtOnce])) > 0) return
  await queries.run('DELETE FROM cohort_relay.feed WHERE id = $1', [id])
}
