import type { GateQuestion, StoreDecision } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import type { PageSummary } from '../../webhook/cohort-page.ts'
import type { Queries, Row } from './database.ts'
import { number, numberOrNull, text, textOrNull } from './row.ts'

/** Puts a session at the end of its cohort's queue. */
export const wholeSql = `UPDATE cohort_relay.session SET state = 'whole', whole_order = (
  SELECT coalesce(max(other.whole_order), 0) + 1 FROM cohort_relay.session AS other
  WHERE other.cohort = session.cohort AND other.state = 'whole') WHERE id = $1`

const newestOf = (action: string): string =>
  `(SELECT id FROM cohort_relay.session WHERE cohort = $1 AND action = '${action}' ORDER BY id DESC LIMIT 1)`

/** All that the gate may ask of a cohort's sessions, in one statement. */
const questionSql = `WITH newest AS (
    SELECT id, state, restarted FROM cohort_relay.session WHERE cohort = $1 AND external_id = $2 AND action = $3
    ORDER BY id DESC LIMIT 1),
  resent AS (
    SELECT count(*) AS pages, count(*) FILTER (WHERE coalesce(page_number, 0) < $5) AS before
    FROM cohort_relay.page JOIN newest ON newest.id = page.session
    WHERE resent AND page_key <> $4 AND (newest.restarted OR newest.state <> 'open'))
  SELECT session.*, newest.id IS NOT NULL AS is_round, resent.pages AS resent_pages, resent.before AS resent_before,
    (SELECT digest FROM cohort_relay.page WHERE page.session = newest.id AND page_key = $4) AS stored_digest
  FROM cohort_relay.session LEFT JOIN newest ON newest.id = session.id CROSS JOIN resent
  WHERE session.id IN (
    SELECT id FROM newest
    UNION ALL SELECT id FROM cohort_relay.session WHERE cohort = $1 AND state = 'open'
    UNION ALL SELECT id FROM cohort_relay.session WHERE cohort = $1 AND external_id = $2 AND external_id <> ''
    UNION ALL ${newestOf('replace')} UNION ALL ${newestOf('add')} UNION ALL ${newestOf('remove')})
  ORDER BY session.id`

/** What the gate asks about a page of a locked cohort. */
export const askGate = async (
  queries: Queries,
  cohort: number,
  { page, digest }: { readonly page: PageSummary; readonly digest: string },
): Promise<Omit<GateQuestion, 'merges'>> => {
  const externalId = page.sessionId ?? ''
  const parameters = [cohort, externalId, page.action, pageKey(page, digest), page.pageNumber ?? 0]
  const rows = await queries.all(questionSql, parameters)
  const round = rows.find((row) => row['is_round'] === true)
  const others = rows.filter((row) => row !== round).map(toSession)
  return {
    action: page.action,
    externalId,
    digest,
    paged: page.totalPages !== null,
    totalPages: page.totalPages ?? 1,
    session: round && toSession(round),
    storedDigest: textOrNull(round, 'stored_digest') ?? undefined,
    resentPages: numberOrNull(round, 'resent_pages') ?? 0,
    resentBefore: numberOrNull(round, 'resent_before') ?? 0,
    others: () => others,
  }
}

/** The session the page goes into, opened if need be. */
export const takeSession = async (
  queries: Queries,
  cohort: number,
  { arrival, decision }: { readonly arrival: ArrivedPage; readonly decision: StoreDecision },
): Promise<number> => {
  const setState = 'UPDATE cohort_relay.session SET state = $2 WHERE id = $1'
  for (const { id } of decision.supersedes) await queries.run(setState, [id, 'superseded'])
  for (const { id } of decision.settles) await queries.run(wholeSql, [id])
  for (const { id } of decision.restarts) await queries.run(setState, [id, 'restarted'])
  if (decision.into === 'new') return open(queries, cohort, { arrival, decision })
  const { id } = decision.into
  if (decision.dropsStale)
    await queries.run('DELETE FROM cohort_relay.page WHERE session = $1 AND NOT resent', [id])
  await queries.run(
    `UPDATE cohort_relay.session SET restarted = $2, streaming = $3, total_pages = $4, stored_pages = $5,
       last_page_at = $6 WHERE id = $1`,
    [id, ...sessionColumns(arrival, decision)],
  )
  return id
}

const open = async (
  queries: Queries,
  cohort: number,
  { arrival, decision }: { readonly arrival: ArrivedPage; readonly decision: StoreDecision },
): Promise<number> => {
  const { page } = arrival
  const row = await queries.one(
    `INSERT INTO cohort_relay.session(cohort, external_id, action, state, restarted, streaming, total_pages, stored_pages,
       last_page_at) VALUES($1, $2, $3, 'open', $4, $5, $6, $7, $8) RETURNING id`,
    [cohort, page.sessionId ?? '', page.action, ...sessionColumns(arrival, decision)],
  )
  const id = number(row, 'id')
  if (decision.carries === undefined) return id
  await queries.run(
    `UPDATE cohort_relay.page SET session = $1, resent = false, pending = true, applied = 0
     WHERE session = $2 AND resent AND coalesce(page_number, 0) < $3`,
    [id, decision.carries.id, page.pageNumber ?? 0],
  )
  // What is carried keeps the properties that it was applied with.
  await queries.run(
    `UPDATE cohort_relay.session SET begun_at = carried.begun_at FROM cohort_relay.session AS carried
     WHERE session.id = $1 AND carried.id = $2`,
    [id, decision.carries.id],
  )
  return id
}

/** A page that came again shows that its export is not given up. */
export const heardOf = async (
  queries: Queries,
  cohort: number,
  { page, receivedAt }: ArrivedPage,
): Promise<void> =>
  void (await queries.run(
    `UPDATE cohort_relay.session SET last_page_at = $4 WHERE id = (
       SELECT id FROM cohort_relay.session WHERE cohort = $1 AND external_id = $2 AND action = $3
       ORDER BY id DESC LIMIT 1)`,
    [cohort, page.sessionId ?? '', page.action, receivedAt],
  ))

const sessionColumns = ({ page, receivedAt }: ArrivedPage, decision: StoreDecision): unknown[] => {
  const { restarted, streaming, storedPages } = decision
  return [restarted, streaming, page.totalPages ?? 1, storedPages, receivedAt]
}

const toSession = (row: Row): Session => ({
  id: number(row, 'id'),
  externalId: text(row, 'external_id'),
  action: text(row, 'action') as Session['action'],
  state: text(row, 'state') as Session['state'],
  streaming: row['streaming'] === true,
  totalPages: number(row, 'total_pages'),
  storedPages: number(row, 'stored_pages'),
  restarted: row['restarted'] === true,
  sync: numberOrNull(row, 'sync'),
})
