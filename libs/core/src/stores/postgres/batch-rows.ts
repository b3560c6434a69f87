import type { FeedBatch, FeedChange } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import type { Queries, Row } from './database.ts'
import { changedAtSql } from './ledger-operations.ts'
import { dateOrNull, number, text, textOrNull } from './row.ts'

/** $1 cohort, $2 feed, $3 cursor, $4 told. */
const changeColumns = `s.id AS row, m.key AS id, s.sequence, s.present, m.properties, ${changedAtSql} AS at,
  coalesce(f.former_properties, '{}') AS failed_former, f.former_members,
  CASE WHEN s.sequence > $3 THEN (SELECT array_agg(v.properties ORDER BY v.until_sequence)
    FROM cohort_relay.member_version v WHERE v.cohort = $1 AND v.member = s.id AND v.until_sequence > $4) END AS former,
  (s.present AND coalesce(s.present_since, s.sequence) <= $4 AND NOT EXISTS (
    SELECT FROM cohort_relay.member_failure failed WHERE failed.feed = $2 AND failed.member = s.id)) AS is_told,
  coalesce(f.attempts, 0) AS attempts`

/** Looked up one by one, whatever the planner believes of the size of the cohort: see `findMembers`. */
const joinMember = `CROSS JOIN LATERAL (SELECT key, properties FROM cohort_relay.member
  WHERE cohort = $1 AND id = s.id OFFSET 0) AS m`

const retriesSql = `SELECT ${changeColumns} FROM cohort_relay.member_failure f
  JOIN cohort_relay.member_state s ON s.cohort = $1 AND s.id = f.member
  ${joinMember}
  WHERE f.feed = $2 AND f.due_at <= $5 ORDER BY f.due_at, f.member LIMIT $6`

const changesSql = `SELECT ${changeColumns} FROM cohort_relay.member_state s
  ${joinMember}
  LEFT JOIN cohort_relay.member_failure f ON f.feed = $2 AND f.member = s.id AND f.kind = 'retry'
  WHERE s.cohort = $1 AND s.sequence > $3 AND (s.present OR s.sequence > $5) ORDER BY s.sequence LIMIT $6`

const feedSql = `SELECT feed.*, c.project_id, c.cohort_id, c.name, c.description, c.sequence
  FROM cohort_relay.feed JOIN cohort_relay.cohort c ON c.id = feed.cohort
  JOIN cohort_relay.destination d ON d.id = feed.destination_id WHERE feed.id = $1 AND d.version = $2`

/** What a feed is owed next, read at one moment. */
export const readBatch = async (
  queries: Queries,
  turn: FeedTurn,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<FeedBatch | undefined> => {
  const feed = await queries.one(feedSql, [turn.feedId, turn.version])
  if (feed === undefined) return undefined
  const place = [number(feed, 'cohort'), turn.feedId, number(feed, 'cursor'), number(feed, 'told')]
  const again = await queries.all(retriesSql, [...place, now, limit])
  if (again.length > 0) return toBatch(turn, feed, { changed: again, cursor: number(feed, 'cursor') })
  const changed = await queries.all(changesSql, [...place, number(feed, 'start'), limit])
  const end = changed.length < limit ? feed : changed.at(-1)
  return toBatch(turn, feed, { changed, cursor: number(end, 'sequence') })
}

const toBatch = (
  { feedId, lease, version }: FeedTurn,
  feed: Row,
  { changed, cursor }: { readonly changed: readonly Row[]; readonly cursor: number },
): FeedBatch => ({
  feedId,
  lease,
  version,
  destinationId: text(feed, 'destination_id'),
  cohort: {
    projectId: text(feed, 'project_id'),
    id: text(feed, 'cohort_id'),
    name: text(feed, 'name'),
    description: text(feed, 'description'),
  },
  audienceId: textOrNull(feed, 'audience_id'),
  begin: number(feed, 'cursor'),
  cursor,
  attempts: number(feed, 'attempts'),
  formerViews: feed['former_views'] as FeedBatch['formerViews'],
  changes: changed.map(toChange),
})

const toChange = (row: Row): FeedChange => ({
  memberRow: number(row, 'row'),
  id: text(row, 'id'),
  sequence: number(row, 'sequence'),
  changedAt: dateOrNull(row, 'at') ?? new Date(0),
  present: row['present'] === true,
  properties: text(row, 'properties'),
  formerProperties: [...(row['failed_former'] as string[]), ...((row['former'] ?? []) as string[])],
  formerMembers: (row['former_members'] ?? []) as FeedChange['formerMembers'],
  isTold: row['is_told'] === true,
  attempts: number(row, 'attempts'),
})
