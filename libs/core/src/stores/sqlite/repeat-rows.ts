import type { DatabaseSync } from 'node:sqlite'
import { pageKey } from '../../intake/page-key.ts'
import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import type { PageSummary } from '../../webhook/cohort-page.ts'
import { number } from './row.ts'

interface Repeat {
  readonly page: PageSummary
  readonly digest: string
  readonly marks: boolean
}

const prepare = (database: DatabaseSync) => ({
  count: database.prepare(
    `UPDATE page SET repeats = repeats + 1, resent = max(resent, ?) WHERE page_key = ? AND session = (
       SELECT id FROM session WHERE cohort = ? AND external_id = ? AND action = ? ORDER BY id DESC LIMIT 1)
     RETURNING id, session, repeats`,
  ),
  doubt: database.prepare(
    `UPDATE sync SET uncertain = ?3 WHERE id = (SELECT max(id) FROM sync WHERE cohort = ?1 AND state = 'kept')
     AND add_session IS NOT NULL AND remove_session IS NOT NULL AND ?2 IN (add_session, remove_session)
     AND uncertain = 0`,
  ),
  trust: database.prepare('UPDATE sync SET uncertain = 0 WHERE cohort = ? AND uncertain = ?'),
  flag: database.prepare("UPDATE cohort SET reconcile_reason = 'acknowledgements-lost' WHERE id = ?"),
  settle: database.prepare(
    `UPDATE cohort SET reconcile_reason = NULL WHERE id = ?1 AND reconcile_reason = 'acknowledgements-lost'
     AND NOT EXISTS (SELECT 1 FROM sync WHERE cohort = ?1 AND uncertain <> 0)`,
  ),
})

/** Pages that came again unchanged. */
export class RepeatRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  record(cohort: number, { page, digest, marks }: Repeat): void {
    const { count, doubt, trust, flag, settle } = this.#statements
    const name = [cohort, page.sessionId ?? '', page.action] as const
    const row = count.get(Number(marks), pageKey(page, digest), ...name)
    if (row === undefined) return
    const [id, session] = [number(row['id']), number(row['session'])]
    const reading = readRepeat(number(row['repeats']))
    if (reading === 'given-up' && doubt.run(cohort, session, id).changes > 0) flag.run(cohort)
    if (reading === 'begun-again' && trust.run(cohort, id).changes > 0) settle.run(cohort)
  }
}
