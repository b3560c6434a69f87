import type { DatabaseSync } from 'node:sqlite'
import type { GateQuestion, StoreDecision } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import type { PageSummary } from '../../webhook/cohort-page.ts'
import { number, text, type Row } from './row.ts'

/** Puts a session at the end of its cohort's queue. */
export const wholeSql = `UPDATE session SET state = 'whole', whole_order = (
  SELECT coalesce(max(other.whole_order), 0) + 1 FROM session AS other
  WHERE other.cohort = session.cohort AND other.state = 'whole') WHERE id = ?`

const prepare = (database: DatabaseSync) => ({
  newestRound: database.prepare(
    'SELECT * FROM session WHERE cohort = ? AND external_id = ? AND action = ? ORDER BY id DESC LIMIT 1',
  ),
  digestOf: database.prepare('SELECT digest FROM page WHERE session = ? AND page_key = ?'),
  openOrNewest: database.prepare(
    `SELECT * FROM session WHERE cohort = ?1 AND (state = 'open' OR (external_id = ?2 AND external_id <> ''))
     UNION SELECT * FROM session WHERE id IN (
       SELECT max(id) FROM session WHERE cohort = ?1 AND action IN ('replace', 'add', 'remove') GROUP BY action)`,
  ),
  open: database.prepare(
    `INSERT INTO session(cohort, external_id, action, state, restarted, streaming, total_pages, stored_pages,
       last_page_at) VALUES(?, ?, ?, 'open', ?, ?, ?, ?, ?) RETURNING id`,
  ),
  touch: database.prepare(
    `UPDATE session SET restarted = ?, streaming = ?, total_pages = ?, stored_pages = ?, last_page_at = ?
     WHERE id = ?`,
  ),
  resent: database.prepare(
    `SELECT count(*) AS pages, coalesce(sum(CAST(page_key AS INTEGER) < ?), 0) AS before FROM page
     WHERE session = ? AND resent = 1 AND page_key <> ?`,
  ),
  heardOf: database.prepare(
    `UPDATE session SET last_page_at = ? WHERE id = (
       SELECT id FROM session WHERE cohort = ? AND external_id = ? AND action = ? ORDER BY id DESC LIMIT 1)`,
  ),
  restart: database.prepare("UPDATE session SET state = 'restarted' WHERE id = ?"),
  carry: database.prepare(
    `UPDATE page SET session = ?, resent = 0, pending = 1
     WHERE session = ? AND resent = 1 AND CAST(page_key AS INTEGER) < ?`,
  ),
  inheritBegin: database.prepare(
    'UPDATE session SET begun_at = (SELECT begun_at FROM session WHERE id = ?) WHERE id = ?',
  ),
  dropStale: database.prepare('DELETE FROM page WHERE session = ? AND resent = 0'),
  supersede: database.prepare("UPDATE session SET state = 'superseded' WHERE id = ?"),
  whole: database.prepare(wholeSql),
})

/** Sessions as the gate sees them, and what the gate decided of them. */
export class SessionRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  question(cohort: number, page: PageSummary, digest: string): Omit<GateQuestion, 'merges'> {
    const { newestRound, digestOf, openOrNewest } = this.#statements
    const externalId = page.sessionId ?? ''
    const found = newestRound.get(cohort, externalId, page.action)
    const session = found && toSession(found)
    const key = pageKey(page, digest)
    const stored = session && digestOf.get(session.id, key)
    return {
      action: page.action,
      externalId,
      digest,
      paged: page.totalPages !== null,
      totalPages: page.totalPages ?? 1,
      session,
      storedDigest: stored && text(stored['digest']),
      ...this.#resent(session, page, key),
      others: () =>
        openOrNewest
          .all(cohort, externalId)
          .map(toSession)
          .filter(({ id }) => id !== session?.id),
    }
  }

  #resent(session: Session | undefined, { pageNumber }: PageSummary, key: string) {
    const mayBegin = session !== undefined && (session.restarted || session.state !== 'open')
    const row = mayBegin ? this.#statements.resent.get(pageNumber ?? 0, session.id, key) : undefined
    return { resentPages: number(row?.['pages'] ?? 0), resentBefore: number(row?.['before'] ?? 0) }
  }

  /** The session the page goes into, opened if need be. */
  take(cohort: number, arrival: ArrivedPage, decision: StoreDecision): number {
    const { supersede, whole, restart, touch, dropStale } = this.#statements
    for (const { id } of decision.supersedes) supersede.run(id)
    for (const { id } of decision.settles) whole.run(id)
    for (const { id } of decision.restarts) restart.run(id)
    if (decision.into === 'new') return this.#open(cohort, arrival, decision)
    const { id } = decision.into
    if (decision.dropsStale) dropStale.run(id)
    touch.run(...sessionColumns(arrival, decision), id)
    return id
  }

  #open(cohort: number, arrival: ArrivedPage, decision: StoreDecision): number {
    const { open, carry, inheritBegin } = this.#statements
    const { page } = arrival
    const columns = sessionColumns(arrival, decision)
    const id = number(open.get(cohort, page.sessionId ?? '', page.action, ...columns)?.['id'])
    if (decision.carries === undefined) return id
    carry.run(id, decision.carries.id, page.pageNumber ?? 0)
    // What is carried keeps the properties that it was applied with.
    inheritBegin.run(decision.carries.id, id)
    return id
  }

  /** A page that came again shows that its export is not given up. */
  heardOf(cohort: number, { page, receivedAt }: ArrivedPage): void {
    this.#statements.heardOf.run(receivedAt.getTime(), cohort, page.sessionId ?? '', page.action)
  }

  finishCollecting(session: number): void {
    this.#statements.whole.run(session)
  }
}

const sessionColumns = ({ page, receivedAt }: ArrivedPage, decision: StoreDecision) => {
  const { restarted, streaming, storedPages } = decision
  const total = page.totalPages ?? 1
  return [Number(restarted), Number(streaming), total, storedPages, receivedAt.getTime()] as const
}

const toSession = (row: Row): Session => ({
  id: number(row['id']),
  externalId: text(row['external_id']),
  action: text(row['action']) as Session['action'],
  state: text(row['state']) as Session['state'],
  streaming: row['streaming'] === 1,
  totalPages: number(row['total_pages']),
  storedPages: number(row['stored_pages']),
  restarted: row['restarted'] === 1,
  sync: row['sync'] as number | null,
})
