import type { BatchOutcomes, MemberFailure } from '../../delivery/feed-store.ts'
import type { Queries } from './database.ts'

/** Null forgets the audience and sets the feed back to its beginning. */
export const recordAudience = async (
  queries: Queries,
  feedId: number,
  audienceId: string | null,
): Promise<void> => {
  if (audienceId !== null) {
    await queries.run('UPDATE cohort_relay.feed SET audience_id = $2 WHERE id = $1', [feedId, audienceId])
    return
  }
  await queries.run('DELETE FROM cohort_relay.member_failure WHERE feed = $1', [feedId])
  await queries.run(
    `UPDATE cohort_relay.feed SET audience_id = NULL, cursor = 0, told = 0, former_views = '[]',
       start = (SELECT sequence FROM cohort_relay.cohort WHERE cohort.id = feed.cohort) WHERE id = $1`,
    [feedId],
  )
}

/** Moves the cursor and keeps the outcomes of a feed that is locked. */
export const recordOutcomes = async (
  queries: Queries,
  feedId: number,
  { at, cursor, delivered, settled, failures }: BatchOutcomes,
): Promise<void> => {
  if (settled.length > 0)
    await queries.run(
      'DELETE FROM cohort_relay.member_failure WHERE feed = $1 AND member = ANY($2::bigint[])',
      [feedId, settled],
    )
  if (failures.length > 0) await keepFailures(queries, feedId, { at, failures })
  await queries.run(
    `UPDATE cohort_relay.feed SET cursor = $1, delivered = delivered + $2,
       told = CASE WHEN $1 = (SELECT sequence FROM cohort_relay.cohort WHERE cohort.id = feed.cohort) THEN $1 ELSE told END,
       former_views = CASE WHEN $1 = (SELECT sequence FROM cohort_relay.cohort WHERE cohort.id = feed.cohort)
         THEN '[]' ELSE former_views END, attempts = 0, last_error = NULL, due_at = CASE
         WHEN $1 < (SELECT sequence FROM cohort_relay.cohort WHERE cohort.id = feed.cohort) THEN $3::timestamptz
         ELSE (SELECT min(f.due_at) FROM cohort_relay.member_failure f WHERE f.feed = feed.id AND f.due_at IS NOT NULL) END
     WHERE id = $4`,
    [cursor, delivered, at, feedId],
  )
  await forgetVersions(queries, feedId)
}

const keepFailures = async (
  queries: Queries,
  feedId: number,
  { at, failures }: { readonly at: Date; readonly failures: readonly MemberFailure[] },
): Promise<void> => {
  const rows = failures.map(({ memberRow, kind, reason, attempts, dueAt, formerMembers }) => ({
    member: memberRow,
    kind,
    reason,
    attempts,
    due_at: dueAt,
    former_members: formerMembers.length > 0 ? formerMembers : null,
  }))
  await queries.run(
    `INSERT INTO cohort_relay.member_failure(feed, member, kind, reason, attempts, due_at, former_members, first_at, last_at)
     SELECT $1, member, kind, reason, attempts, due_at, former_members, $3, $3
     FROM json_to_recordset($2::json) AS failure(member bigint, kind text, reason text, attempts bigint,
       due_at timestamptz, former_members json)
     ON CONFLICT(feed, member) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, attempts = excluded.attempts,
       due_at = excluded.due_at, former_properties = '{}', former_members = excluded.former_members, last_at = excluded.last_at`,
    [feedId, JSON.stringify(rows), at],
  )
}

/** Where every feed has passed the member's newest change, no destination has anything to take back. */
const forgetVersions = async (queries: Queries, feedId: number): Promise<void> => {
  const passed = await queries.one(
    `SELECT cohort, min(cursor) AS least FROM cohort_relay.feed
     WHERE cohort = (SELECT cohort FROM cohort_relay.feed WHERE id = $1) GROUP BY cohort`,
    [feedId],
  )
  await queries.run(
    `DELETE FROM cohort_relay.member_version v WHERE v.cohort = $1 AND v.until_sequence <= $2
     AND (SELECT s.sequence FROM cohort_relay.member_state s WHERE s.cohort = $1 AND s.id = v.member) <= $2`,
    [passed?.['cohort'], passed?.['least']],
  )
}
