import type { DatabaseSync } from 'node:sqlite'
import { accountSettings } from '../../authentication/account-settings.ts'
import { sessionMemoryDays, unfinishedDays } from '../../intake/lifetimes.ts'
import type { PageAction } from '../../webhook/cohort-page.ts'
import type { QueuedSession } from '../queued-session.ts'
import { number, text, type Row } from './row.ts'
import { wholeSql } from './session-rows.ts'

const columns = `session.*, c.account_id, c.project_id, c.cohort_id, a.settings
  FROM session JOIN cohort c ON c.id = session.cohort JOIN account a ON a.id = c.account_id`
const isCarryingOut = `SELECT 1 FROM removal_plan p WHERE p.cohort = session.cohort AND p.state = 'approved'`

const prepare = (database: DatabaseSync) => ({
  nextWhole: database.prepare(
    `SELECT ${columns} WHERE state = 'whole' AND a.deleting_since IS NULL AND NOT EXISTS (${isCarryingOut}) AND NOT EXISTS (
       SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole'
       AND other.whole_order < session.whole_order) ORDER BY steps, session.id LIMIT 1`,
  ),
  nextStreaming: database.prepare(
    `SELECT ${columns} WHERE state = 'open' AND streaming = 1 AND a.deleting_since IS NULL AND NOT EXISTS (${isCarryingOut})
     AND EXISTS (SELECT 1 FROM page WHERE page.session = session.id AND pending = 1)
     AND NOT EXISTS (SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole')
     ORDER BY steps, session.id LIMIT 1`,
  ),
  approved: database.prepare(
    `SELECT p.session AS id, p.cohort, coalesce(s.external_id, '') AS external_id, 'remove' AS action,
       'whole' AS state, NULL AS sync, 1 AS judged, c.account_id, c.project_id, c.cohort_id, a.settings
     FROM removal_plan p JOIN cohort c ON c.id = p.cohort JOIN account a ON a.id = c.account_id
     LEFT JOIN session s ON s.id = p.session WHERE p.state = 'approved' AND a.deleting_since IS NULL LIMIT 1`,
  ),
  quiet: database.prepare(
    "SELECT id FROM session WHERE state = 'open' AND streaming = 1 AND last_page_at <= ? ORDER BY id",
  ),
  whole: database.prepare(wholeSql),
  current: database.prepare('SELECT sync, judged FROM session WHERE id = ?'),
  expire: database.prepare("UPDATE session SET state = 'expired' WHERE state = 'open' AND last_page_at < ?"),
  tooOld: database.prepare(
    `SELECT id FROM session WHERE state NOT IN ('open', 'whole') AND last_page_at < ?
     AND id < (SELECT max(id) FROM session AS newer WHERE newer.cohort = session.cohort) LIMIT 1`,
  ),
  forgetPages: database.prepare('DELETE FROM page WHERE session = ?'),
  forget: database.prepare('DELETE FROM session WHERE id = ?'),
  toClear: database.prepare(
    "SELECT id FROM session WHERE state IN ('superseded', 'expired') AND stored_pages > 0 LIMIT 1",
  ),
  clearPages: database.prepare(
    'DELETE FROM page WHERE id IN (SELECT id FROM page WHERE session = ? LIMIT 50)',
  ),
  cleared: database.prepare('UPDATE session SET stored_pages = 0 WHERE id = ?'),
})

/** Which session is next. Within a cohort in the order in which they became whole; among cohorts the least served. */
export class SessionQueue {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  /** Ends sessions without a total that have been silent for long enough. */
  settle(now: Date, settleSeconds: number): void {
    const { quiet, whole } = this.#statements
    for (const { id } of quiet.all(now.getTime() - settleSeconds * 1000)) whole.run(number(id))
  }

  next(now: Date): QueuedSession | undefined {
    const row = this.#statements.nextWhole.get() ?? this.#statements.nextStreaming.get()
    return row && toQueued(row, now)
  }

  /** A session whose removals were approved and are not all carried out. */
  nextApproved(now: Date): QueuedSession | undefined {
    const row = this.#statements.approved.get()
    return row && toQueued(row, now)
  }

  /** The session as it is now: a step may have placed or judged it. */
  refreshed(session: QueuedSession): QueuedSession {
    const row = this.#statements.current.get(session.id)
    return { ...session, sync: (row?.['sync'] ?? null) as number | null, judged: row?.['judged'] === 1 }
  }

  /** Gives up what is unfinished for too long, and deletes some of what nobody needs any more. */
  clear(now: Date): void {
    this.#expire(now)
    const { toClear, clearPages, cleared } = this.#statements
    const row = toClear.get()
    if (row !== undefined && clearPages.run(number(row['id'])).changes === 0) cleared.run(number(row['id']))
  }

  #expire(now: Date): void {
    const { expire, tooOld, forgetPages, forget } = this.#statements
    expire.run(now.getTime() - unfinishedDays * dayMilliseconds)
    const old = tooOld.get(now.getTime() - sessionMemoryDays * dayMilliseconds)?.['id']
    if (typeof old !== 'number') return
    forgetPages.run(old)
    forget.run(old)
  }
}

const dayMilliseconds = 86_400_000

const toQueued = (row: Row, now: Date): QueuedSession => ({
  id: number(row['id']),
  cohort: number(row['cohort']),
  accountId: text(row['account_id']),
  projectId: text(row['project_id']),
  cohortId: text(row['cohort_id']),
  sessionId: text(row['external_id']) || null,
  action: text(row['action']) as PageAction,
  whole: row['state'] === 'whole',
  sync: row['sync'] as number | null,
  judged: row['judged'] === 1,
  settings: accountSettings.parse(JSON.parse(text(row['settings']))),
  // A step that was asked for before the page came may still be the one that applies it.
  now: new Date(Math.max(now.getTime(), number(row['last_page_at'] ?? 0))),
})
