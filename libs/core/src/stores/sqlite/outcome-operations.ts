import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore, MemberFailure } from '../../delivery/feed-store.ts'
import type { Synchronous } from './synchronous.ts'

type Outcomes = Pick<FeedStore, 'recordAudience' | 'recordOutcomes' | 'postponeFeed'>

/** Where every feed has passed the member's newest change, no destination has anything to take back. */
const forgetVersionsSql = `WITH passed AS (SELECT cohort, min(cursor) AS least FROM feed
  WHERE cohort = (SELECT cohort FROM feed WHERE id = ?) GROUP BY cohort)
  DELETE FROM member_version WHERE cohort = (SELECT cohort FROM passed)
  AND until_sequence <= (SELECT least FROM passed)
  AND (SELECT s.sequence FROM member_state s WHERE s.id = member) <= (SELECT least FROM passed)`

const failSql = `INSERT INTO member_failure(feed, member, kind, reason, attempts, due_at, former_members, first_at, last_at)
  VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET kind = excluded.kind, reason = excluded.reason,
  attempts = excluded.attempts, due_at = excluded.due_at, former_properties = NULL,
  former_members = excluded.former_members, last_at = excluded.last_at`

/** What came of a batch. */
export const outcomeOperations = (database: DatabaseSync): Synchronous<Outcomes> => {
  const audience = database.prepare('UPDATE feed SET audience_id = ? WHERE id = ?')
  const restart = database.prepare(
    `UPDATE feed SET audience_id = NULL, cursor = 0, told = 0, former_views = '[]',
       start = (SELECT sequence FROM cohort WHERE cohort.id = feed.cohort) WHERE id = ?`,
  )
  const forgetFailures = database.prepare('DELETE FROM member_failure WHERE feed = ?')
  const settle = database.prepare('DELETE FROM member_failure WHERE feed = ? AND member = ?')
  const fail = database.prepare(failSql)
  const advance = database.prepare(
    `UPDATE feed SET cursor = ?1, delivered = delivered + ?2,
       (told, former_views) = (SELECT iif(?1 = sequence, ?1, feed.told), iif(?1 = sequence, '[]', feed.former_views)
         FROM cohort WHERE cohort.id = feed.cohort)
     WHERE id = ?3`,
  )
  const reschedule = database.prepare(
    `UPDATE feed SET attempts = 0, last_error = NULL, due_at = CASE
       WHEN cursor < (SELECT sequence FROM cohort WHERE cohort.id = feed.cohort) THEN ?1
       ELSE (SELECT min(f.due_at) FROM member_failure f WHERE f.feed = feed.id AND f.due_at IS NOT NULL) END
     WHERE id = ?2`,
  )
  const forgetVersions = database.prepare(forgetVersionsSql)
  const postpone = database.prepare('UPDATE feed SET due_at = ?, attempts = ?, last_error = ? WHERE id = ?')

  const keepFailure = (feedId: number, at: number, failure: MemberFailure): void => {
    const { memberRow, kind, reason, attempts, dueAt, formerMembers } = failure
    const former = formerMembers.length > 0 ? JSON.stringify(formerMembers) : null
    fail.run(feedId, memberRow, kind, reason, attempts, dueAt?.getTime() ?? null, former, at, at)
  }

  return {
    recordAudience: ({ feedId }, audienceId) => {
      if (audienceId === null) {
        forgetFailures.run(feedId)
        restart.run(feedId)
      } else audience.run(audienceId, feedId)
    },
    recordOutcomes: ({ feedId }, { at, cursor, delivered, settled, failures }) => {
      for (const member of settled) settle.run(feedId, member)
      for (const failure of failures) keepFailure(feedId, at.getTime(), failure)
      advance.run(cursor, delivered, feedId)
      reschedule.run(at.getTime(), feedId)
      forgetVersions.run(feedId)
    },
    postponeFeed: ({ feedId }, { dueAt, attempts, reason }) =>
      void postpone.run(dueAt.getTime(), attempts, reason, feedId),
  }
}
