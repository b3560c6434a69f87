import type { DatabaseSync } from 'node:sqlite'
import type { PageAction } from '../../webhook/cohort-page.ts'
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

const prepare = (database: DatabaseSync) => ({
  nextWhole: database.prepare(
    `SELECT ${columns} FROM session JOIN cohort c ON c.id = session.cohort WHERE state = 'whole' AND NOT EXISTS (
       SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole'
       AND other.whole_order < session.whole_order) ORDER BY steps, session.id LIMIT 1`,
  ),
  nextStreaming: database.prepare(
    `SELECT ${columns} FROM session JOIN cohort c ON c.id = session.cohort
     WHERE state = 'open' AND streaming = 1
     AND EXISTS (SELECT 1 FROM page WHERE page.session = session.id AND receipt IS NULL)
     AND NOT EXISTS (SELECT 1 FROM session AS other WHERE other.cohort = session.cohort AND other.state = 'whole')
     ORDER BY steps, session.id LIMIT 1`,
  ),
  quiet: database.prepare(
    "SELECT id FROM session WHERE state = 'open' AND streaming = 1 AND last_page_at <= ? ORDER BY id",
  ),
  whole: database.prepare(wholeSql),
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

  /** Deletes some pages of sessions that will never be applied. */
  clear(): void {
    const { toClear, clearPages, cleared } = this.#statements
    const row = toClear.get()
    if (row !== undefined && clearPages.run(number(row['id'])).changes === 0) cleared.run(number(row['id']))
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
