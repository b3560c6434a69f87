import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { PageSummary } from '../../webhook/cohort-page.ts'
import type { Queries } from './database.ts'
import { number } from './row.ts'

interface Repeat {
  readonly page: PageSummary
  readonly digest: string
  readonly marks: boolean
}

/** A page that came again unchanged. */
export const recordRepeat = async (
  queries: Queries,
  cohort: number,
  { page, digest, marks }: Repeat,
): Promise<void> => {
  const row = await queries.one(
    `UPDATE cohort_relay.page SET repeats = repeats + 1, resent = resent OR $1 WHERE page_key = $2 AND session = (
       SELECT id FROM cohort_relay.session WHERE cohort = $3 AND external_id = $4 AND action = $5
       ORDER BY id DESC LIMIT 1) RETURNING id, session, repeats`,
    [marks, pageKey(page, digest), cohort, page.sessionId ?? '', page.action],
  )
  if (row === undefined) return
  const reading = readRepeat(number(row, 'repeats'))
  if (reading === 'given-up') await doubt(queries, cohort, [number(row, 'session'), number(row, 'id')])
  if (reading === 'begun-again') await trust(queries, cohort, number(row, 'id'))
}

const doubt = async (
  queries: Queries,
  cohort: number,
  [session, page]: readonly [number, number],
): Promise<void> => {
  const doubted = await queries.run(
    `UPDATE cohort_relay.sync SET uncertain = $3
     WHERE id = (SELECT max(id) FROM cohort_relay.sync WHERE cohort = $1 AND state = 'kept')
     AND add_session IS NOT NULL AND remove_session IS NOT NULL AND $2 IN (add_session, remove_session)
     AND uncertain = 0`,
    [cohort, session, page],
  )
  if (doubted > 0)
    await queries.run(
      "UPDATE cohort_relay.cohort SET reconcile_reason = 'acknowledgements-lost' WHERE id = $1",
      [cohort],
    )
}

const trust = async (queries: Queries, cohort: number, page: number): Promise<void> => {
  const sql = 'UPDATE cohort_relay.sync SET uncertain = 0 WHERE cohort = $1 AND uncertain = $2'
  if ((await queries.run(sql, [cohort, page])) === 0) return
  await queries.run(
    `UPDATE cohort_relay.cohort SET reconcile_reason = NULL WHERE id = $1 AND reconcile_reason = 'acknowledgements-lost'
     AND NOT EXISTS (SELECT FROM cohort_relay.sync WHERE sync.cohort = $1 AND uncertain <> 0)`,
    [cohort],
  )
}
