import type { CohortDestination, CohortSummary } from '../../ledger/ledger.ts'
import { newestReply } from '../../ledger/newest-reply.ts'
import { usualIntervalSeconds, type KnownSync } from '../../ledger/sync-rhythm.ts'
import { addSetAside, type SetAsideCounts } from '../../webhook/count-set-aside.ts'
import type { Queries, Row } from './database.ts'
import { unauthorizedSinceSql } from './destination-operations.ts'
import { toReply } from './reply-rows.ts'
import { date, dateOrNull, number, numberOrNull, text, textOrNull } from './row.ts'

const cohortsSql = `SELECT cohort.*, account.last_reply AS account_reply, plan.session AS plan, plan.since AS held_since,
    EXISTS(SELECT FROM cohort_relay.session WHERE session.cohort = cohort.id AND state = 'open')
      OR EXISTS(SELECT FROM cohort_relay.session WHERE session.cohort = cohort.id AND state = 'whole') AS unfinished
  FROM cohort_relay.cohort JOIN cohort_relay.account ON account.id = cohort.account_id
  LEFT JOIN LATERAL (SELECT session, since FROM cohort_relay.removal_plan
    WHERE removal_plan.cohort = cohort.id AND state = 'held' ORDER BY session DESC LIMIT 1) AS plan ON true
  WHERE account_id = $1 ORDER BY project_id, cohort_id`

const feedsSql = `SELECT destination_id, connector, paused_since, draining_since, delivered, last_error, ${unauthorizedSinceSql},
    (SELECT count(*) FROM cohort_relay.member_state s WHERE s.cohort = $1 AND s.sequence > feed.cursor
      AND (s.present OR s.sequence > feed.start))
    + (SELECT count(*) FROM cohort_relay.member_failure f
      JOIN cohort_relay.member_state s ON s.cohort = $1 AND s.id = f.member
      WHERE f.feed = feed.id AND f.kind = 'retry' AND s.sequence <= feed.cursor) AS owed,
    (SELECT count(*) FROM cohort_relay.member_failure f WHERE f.feed = feed.id AND f.kind <> 'retry') AS failed
  FROM cohort_relay.feed JOIN cohort_relay.destination ON destination.id = feed.destination_id
  WHERE feed.cohort = $1 AND deleting_since IS NULL
  ORDER BY destination.created_at, destination.id COLLATE "C"`

const setAsideSql = `SELECT set_aside, set_aside_reasons FROM cohort_relay.page
  WHERE set_aside > 0 AND session = (SELECT max(id) FROM cohort_relay.session WHERE cohort = $1)`

/** How the cohorts of an account and their destinations fare. */
export const listSummaries = async (queries: Queries, accountId: string): Promise<CohortSummary[]> => {
  const summaries: CohortSummary[] = []
  for (const row of await queries.all(cohortsSql, [accountId])) {
    const id = number(row, 'id')
    const setAside = toSetAside(await queries.all(setAsideSql, [id]))
    const destinations = (await queries.all(feedsSql, [id])).map(toDestination)
    summaries.push({ ...toSummary(row), setAside, destinations })
  }
  return summaries
}

const toSummary = (row: Row): Omit<CohortSummary, 'setAside' | 'destinations'> => ({
  projectId: text(row, 'project_id'),
  cohortId: text(row, 'cohort_id'),
  name: text(row, 'name'),
  members: number(row, 'members'),
  sequence: number(row, 'sequence'),
  lastSyncAt: dateOrNull(row, 'last_sync_at'),
  openSession: row['unfinished'] === true,
  needsReconcile: textOrNull(row, 'reconcile_reason'),
  usualIntervalSeconds: usualIntervalSeconds(row['recent_syncs'] as KnownSync[]),
  lastReply: newestReply(toReply(row['last_reply']), toReply(row['account_reply'])),
  heldRemovals: toHeld(row),
})

const toHeld = (row: Row): CohortSummary['heldRemovals'] => {
  const plan = numberOrNull(row, 'plan')
  if (plan === null) return null
  return { members: number(row, 'held_members'), since: date(row, 'held_since'), plan: String(plan) }
}

const toSetAside = (pages: readonly Row[]): CohortSummary['setAside'] => ({
  members: pages.reduce((sum, row) => sum + number(row, 'set_aside'), 0),
  reasons: addSetAside(pages.map((row) => (row['set_aside_reasons'] ?? {}) as SetAsideCounts)),
})

const toDestination = (row: Row): CohortDestination => ({
  id: text(row, 'destination_id'),
  connector: text(row, 'connector'),
  owed: number(row, 'owed'),
  delivered: number(row, 'delivered'),
  failed: number(row, 'failed'),
  lastError: textOrNull(row, 'last_error'),
  pausedSince: dateOrNull(row, 'paused_since'),
  drainingSince: dateOrNull(row, 'draining_since'),
  unauthorizedSince: dateOrNull(row, 'unauthorized_since'),
})
