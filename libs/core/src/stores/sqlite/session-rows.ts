import type { DatabaseSync } from 'node:sqlite'
import type { GateDecision, GateQuestion } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import type { CohortPage } from '../../webhook/cohort-page.ts'
import { number, text, type Row } from './row.ts'

export type StoreDecision = Extract<GateDecision, { kind: 'store' }>

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
    `SELECT * FROM session WHERE cohort = ?1 AND state = 'open'
     UNION SELECT * FROM session WHERE id IN (
       SELECT max(id) FROM session WHERE cohort = ?1 AND action IN ('replace', 'add', 'remove') GROUP BY action)`,
  ),
  open: database.prepare(
    `INSERT INTO session(cohort, external_id, action, state, streaming, total_pages, last_page_at)
     VALUES(?, ?, ?, 'open', ?, ?, ?) RETURNING id`,
  ),
  touch: database.prepare('UPDATE session SET streaming = ?, total_pages = ?, last_page_at = ? WHERE id = ?'),
  supersede: database.prepare("UPDATE session SET state = 'superseded' WHERE id = ?"),
  count: database.prepare('UPDATE session SET stored_pages = ? WHERE id = ?'),
  whole: database.prepare(wholeSql),
})

/** Sessions as the gate sees them, and what the gate decided of them. */
export class SessionRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  question(cohort: number, page: CohortPage, digest: string): GateQuestion {
    const { newestRound, digestOf, openOrNewest } = this.#statements
    const externalId = page.sessionId ?? ''
    const found = newestRound.get(cohort, externalId, page.action)
    const session = found && toSession(found)
    const stored = session && digestOf.get(session.id, pageKey(page, digest))
    const candidates = openOrNewest.all(cohort).map(toSession)
    return {
      action: page.action,
      externalId,
      digest,
      paged: page.totalPages !== null,
      totalPages: page.totalPages ?? 1,
      session,
      storedDigest: stored && text(stored['digest']),
      others: candidates.filter(({ id }) => id !== session?.id),
    }
  }

  /** The session the page goes into, opened if need be. */
  take(cohort: number, { page, receivedAt }: ArrivedPage, decision: StoreDecision): number {
    const { supersede, whole, open, touch } = this.#statements
    for (const { id } of decision.supersedes) supersede.run(id)
    for (const { id } of decision.settles) whole.run(id)
    const [streaming, total, at] = [Number(decision.streaming), page.totalPages ?? 1, receivedAt.getTime()]
    if (decision.into === 'new')
      return number(open.get(cohort, page.sessionId ?? '', page.action, streaming, total, at)?.['id'])
    touch.run(streaming, total, at, decision.into.id)
    return decision.into.id
  }

  count(session: number, decision: StoreDecision): void {
    this.#statements.count.run(decision.storedPages, session)
    if (decision.whole) this.#statements.whole.run(session)
  }
}

const toSession = (row: Row): Session => ({
  id: number(row['id']),
  externalId: text(row['external_id']),
  action: text(row['action']) as Session['action'],
  state: text(row['state']) as Session['state'],
  streaming: row['streaming'] === 1,
  totalPages: number(row['total_pages']),
  storedPages: number(row['stored_pages']),
})
