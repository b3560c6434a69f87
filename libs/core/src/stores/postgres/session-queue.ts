import { accountSettings } from '../../authentication/account-settings.ts'
import type { PageAction } from '../../webhook/cohort-page.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { Queries, Row } from './database.ts'
import { dateOrNull, number, numberOrNull, text } from './row.ts'
import { wholeSql } from './session-rows.ts'

const columns = `session.*, c.account_id, c.project_id, c.cohort_id, a.settings`
const joined = `cohort_relay.session JOIN cohort_relay.cohort c ON c.id = session.cohort
  JOIN cohort_relay.account a ON a.id = c.account_id`
const isCarryingOut = `EXISTS (SELECT FROM cohort_relay.removal_plan p
  WHERE p.cohort = session.cohort AND p.state = 'approved')`
const isFirst = `NOT EXISTS (SELECT FROM cohort_relay.session AS other WHERE other.cohort = session.cohort
  AND other.state = 'whole' AND other.whole_order < session.whole_order)`
const hasNoWhole = `NOT EXISTS (SELECT FROM cohort_relay.session AS other WHERE other.cohort = session.cohort
  AND other.state = 'whole')`
const hasPages = 'EXISTS (SELECT FROM cohort_relay.page WHERE page.session = session.id AND pending)'

const wholeCondition = `session.state = 'whole' AND a.deleting_since IS NULL AND NOT ${isCarryingOut} AND ${isFirst}`
const streamingCondition = `session.state = 'open' AND session.streaming AND a.deleting_since IS NULL
  AND NOT ${isCarryingOut} AND ${hasPages}
  AND ${hasNoWhole}`

/** Its cohort is locked. */
const candidateSql = (condition: string): string =>
  `SELECT session.id FROM ${joined} WHERE ${condition} ORDER BY session.steps, session.id LIMIT 1
   FOR NO KEY UPDATE OF c`

/** Once the cohort is locked: what was found may have been done by the process that held it until now. */
const stillSql = (condition: string): string =>
  `SELECT ${columns} FROM ${joined} WHERE session.id = $1 AND ${condition}`

const approvedCandidateSql = `SELECT p.session AS id FROM cohort_relay.removal_plan p
  JOIN cohort_relay.cohort c ON c.id = p.cohort JOIN cohort_relay.account a ON a.id = c.account_id
  WHERE p.state = 'approved' AND a.deleting_since IS NULL LIMIT 1 FOR NO KEY UPDATE OF c`

const approvedSql = `SELECT p.session AS id, p.cohort, coalesce(s.external_id, '') AS external_id, 'remove' AS action,
    'whole' AS state, NULL::bigint AS sync, true AS judged, NULL::timestamptz AS last_page_at,
    c.account_id, c.project_id, c.cohort_id, a.settings
  FROM cohort_relay.removal_plan p JOIN cohort_relay.cohort c ON c.id = p.cohort
  JOIN cohort_relay.account a ON a.id = c.account_id LEFT JOIN cohort_relay.session s ON s.id = p.session
  WHERE p.session = $1 AND p.state = 'approved' AND a.deleting_since IS NULL`

/** Which session is next. Its cohort is locked until the transaction ends. */
export class SessionQueue {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  /** Within a cohort in the order in which they became whole; among cohorts the least served. */
  async next(now: Date): Promise<QueuedSession | undefined> {
    return (
      (await this.#take(now, [candidateSql(wholeCondition), stillSql(wholeCondition)])) ??
      (await this.#take(now, [candidateSql(streamingCondition), stillSql(streamingCondition)]))
    )
  }

  /** A session whose removals were approved and are not all carried out. */
  nextApproved(now: Date): Promise<QueuedSession | undefined> {
    return this.#take(now, [approvedCandidateSql, approvedSql])
  }

  async #take(now: Date, [candidate, still]: readonly [string, string]): Promise<QueuedSession | undefined> {
    // Each turn that finds its candidate done by another process sees that process's work in the next one.
    for (let turn = 0; turn < 10; turn++) {
      // Cohorts that others are at work on are passed over while there is another one. The last ones are waited for: a page
      // or a reply that is being written to one must not make it look as if nothing were left.
      const found =
        (await this.#queries.one(`${candidate} SKIP LOCKED`)) ?? (await this.#queries.one(candidate))
      if (found === undefined) return undefined
      const row = await this.#queries.one(still, [number(found, 'id')])
      if (row !== undefined) return toQueued(row, now)
    }
    return undefined
  }

  /** The session as it is now: a step may have placed or judged it. */
  async refreshed(session: QueuedSession): Promise<QueuedSession> {
    const row = await this.#queries.one('SELECT sync, judged FROM cohort_relay.session WHERE id = $1', [
      session.id,
    ])
    return { ...session, sync: numberOrNull(row, 'sync'), judged: row?.['judged'] === true }
  }
}

/** Ends sessions without a total that have been silent for long enough. */
export const settleQuiet = async (queries: Queries, since: Date): Promise<void> => {
  const isQuiet = "session.state = 'open' AND session.streaming AND session.last_page_at <= $1"
  const found = await queries.all(
    `SELECT session.id FROM cohort_relay.session JOIN cohort_relay.cohort c ON c.id = session.cohort
     WHERE ${isQuiet} ORDER BY session.id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
    [since],
  )
  for (const row of found)
    await queries.run(`${wholeSql.replace('$1', '$2')} AND ${isQuiet}`, [since, number(row, 'id')])
}

const toQueued = (row: Row, now: Date): QueuedSession => ({
  id: number(row, 'id'),
  cohort: number(row, 'cohort'),
  accountId: text(row, 'account_id'),
  projectId: text(row, 'project_id'),
  cohortId: text(row, 'cohort_id'),
  sessionId: text(row, 'external_id') || null,
  action: text(row, 'action') as PageAction,
  whole: row['state'] === 'whole',
  sync: numberOrNull(row, 'sync'),
  judged: row['judged'] === true,
  settings: accountSettings.parse(row['settings']),
  // A step that was asked for before the page came may still be the one that applies it.
  now: new Date(Math.max(now.getTime(), dateOrNull(row, 'last_page_at')?.getTime() ?? 0)),
})
