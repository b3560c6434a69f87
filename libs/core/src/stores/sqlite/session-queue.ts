import type { DatabaseSync } from 'node:sqlite'
import type { PageAction } from '../../webhook/cohort-page.ts'
import type { CohortTally } from './member-rows.ts'
import { number, text, type Row } from './row.ts'
import { wholeSql } from './session-rows.ts'

/** A session that has something to apply. */
export interface QueuedSession {
  readonly id: number
  readonly cohort: number
  readonly accountId: string
  readonly projectId: string
  readonly cohortId: string
  readonly sessionId: string | null
  readonly action: PageAction
  /** False while pages of it may still come. */
  readonly whole: boolean
  readonly now: Date
}

const columns = `session.*, c.account_id, c.project_id, c.cohort_id`

/** Which session is next. Within a cohort in the order in which they became whole; among cohorts the least served. */
export const sessionQueue = (database: DatabaseSync) => {
  const nextWhole = database.prepare(
    `SELECT ${columns} FROM session JOIN cohort c ON c.id = session.cohort WHERE state = 'whole' AND NOT EXISTS (
       SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole'
       AND other.whole_order < session.whole_order) ORDER BY steps, session.id LIMIT 1`,
  )
  const nextStreaming = database.prepare(
    `SELECT ${columns} FROM session JOIN cohort c ON c.id = session.cohort
     WHERE state = 'open' AND streaming = 1
     AND EXISTS (SELECT 1 FROM page WHERE page.session = session.id AND receipt IS NULL)
     AND NOT EXISTS (SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole')
     ORDER BY steps, session.id LIMIT 1`,
  )
  const quiet = database.prepare(
    "SELECT id FROM session WHERE state = 'open' AND streaming = 1 AND last_page_at <= ? ORDER BY id",
  )
  const whole = database.prepare(wholeSql)
  const cohort = database.prepare(
    `SELECT sequence, members, (SELECT max(cursor) FROM feed WHERE feed.cohort = cohort.id) AS told
     FROM cohort WHERE id = ?`,
  )
  const updateCohort = database.prepare(
    'UPDATE cohort SET sequence = ?, members = ?, last_sync_at = coalesce(?, last_sync_at) WHERE id = ?',
  )
  const origin = database.prepare('INSERT INTO change_origin VALUES(?, ?, ?, ?, ?)')
  const wakeFeeds = database.prepare(
    `UPDATE feed SET due_at = ?1 WHERE cohort = ?2 AND (due_at IS NULL OR (attempts = 0 AND due_at > ?1))`,
  )
  const step = database.prepare('UPDATE session SET steps = steps + 1 WHERE id = ?')
  const finish = database.prepare("UPDATE session SET state = 'applied', applied_at = ? WHERE id = ?")
  const toClear = database.prepare(
    "SELECT id FROM session WHERE state IN ('superseded', 'expired') AND stored_pages > 0 LIMIT 1",
  )
  const clearPages = database.prepare(
    'DELETE FROM page WHERE id IN (SELECT id FROM page WHERE session = ? LIMIT 50)',
  )
  const cleared = database.prepare('UPDATE session SET stored_pages = 0 WHERE id = ?')

  return {
    /** Ends sessions without a total that have been silent for long enough. */
    settle: (now: Date, settleSeconds: number): void => {
      for (const { id } of quiet.all(now.getTime() - settleSeconds * 1000)) whole.run(number(id))
    },

    next: (now: Date): QueuedSession | undefined => {
      const row = nextWhole.get() ?? nextStreaming.get()
      return row && toQueued(row, now)
    },

    tally: (session: QueuedSession): CohortTally => {
      const row = cohort.get(session.cohort)
      return {
        cohort: session.cohort,
        keepVersions: number(row?.['told'] ?? 0) > 0,
        sequence: number(row?.['sequence']),
        members: number(row?.['members']),
        added: 0,
        removed: 0,
        updated: 0,
        unchanged: 0,
      }
    },

    /** Remembers which page brought the changes since `before`. */
    recordOrigin: (session: QueuedSession, before: number, after: number, pageKey: string | null): void => {
      if (after > before) origin.run(session.cohort, before + 1, session.id, pageKey, session.now.getTime())
    },

    record: (session: QueuedSession, tally: CohortTally, finished: boolean): void => {
      const at = session.now.getTime()
      updateCohort.run(tally.sequence, tally.members, finished ? at : null, session.cohort)
      if (tally.added + tally.removed + tally.updated > 0) wakeFeeds.run(at, session.cohort)
      step.run(session.id)
      if (finished) finish.run(at, session.id)
    },

    /** Deletes some pages of sessions that will never be applied. Nothing to report. */
    clear: (): undefined => {
      const row = toClear.get()
      if (row !== undefined && clearPages.run(number(row['id'])).changes === 0) cleared.run(number(row['id']))
    },
  }
}

const toQueued = (row: Row, now: Date): QueuedSession => ({
  id: number(row['id']),
  cohort: number(row['cohort']),
  accountId: text(row['account_id']),
  projectId: text(row['project_id']),
  cohortId: text(row['cohort_id']),
  sessionId: text(row['external_id']) || null,
  action: text(row['action']) as PageAction,
  whole: row['state'] === 'whole',
  now,
})
