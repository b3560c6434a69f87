import type { DatabaseSync } from 'node:sqlite'
import type { CohortDestination, CohortSummary } from '../../ledger/ledger.ts'
import { newestReply } from '../../ledger/newest-reply.ts'
import { usualIntervalSeconds, type KnownSync } from '../../ledger/sync-rhythm.ts'
import { addSetAside, type SetAsideCounts } from '../../webhook/count-set-aside.ts'
import { unauthorizedSinceSql } from './access-operations.ts'
import { toReply } from './reply-rows.ts'
import { date, dateOrNull, number, text, type Row } from './row.ts'

/** Reads how the cohorts of an account and their destinations fare. */
export const summariesOf = (database: DatabaseSync): ((accountId: string) => CohortSummary[]) => {
  const cohorts = database.prepare(
    `SELECT cohort.*, account.last_reply AS account_reply, EXISTS(SELECT 1 FROM session WHERE session.cohort = cohort.id AND state IN ('open', 'whole')) AS unfinished,
       (SELECT max(session) FROM removal_plan WHERE removal_plan.cohort = cohort.id AND state = 'held') AS plan
     FROM cohort JOIN account ON account.id = cohort.account_id WHERE account_id = ? ORDER BY project_id, cohort_id`,
  )
  const feeds = database.prepare(
    `SELECT destination_id, connector, paused_since, draining_since, delivered, last_error, ${unauthorizedSinceSql},
       (SELECT count(*) FROM member_state s WHERE s.cohort = feed.cohort AND s.sequence > feed.cursor
         AND (s.present = 1 OR s.sequence > feed.start))
       + (SELECT count(*) FROM member_failure f JOIN member_state s ON s.id = f.member
         WHERE f.feed = feed.id AND f.kind = 'retry' AND s.sequence <= feed.cursor) AS owed,
       (SELECT count(*) FROM member_failure f WHERE f.feed = feed.id AND f.kind <> 'retry') AS failed
     FROM feed JOIN destination ON destination.id = feed.destination_id
     WHERE feed.cohort = ? AND deleting_since IS NULL
     ORDER BY destination.created_at, destination.id`,
  )
  const heldSince = database.prepare('SELECT since FROM removal_plan WHERE session = ?')
  const setAside = database.prepare(
    `SELECT set_aside, set_aside_reasons FROM page
     WHERE set_aside > 0 AND session = (SELECT max(id) FROM session WHERE cohort = ?)`,
  )
  return (accountId) =>
    cohorts.all(accountId).map((row) => {
      const id = number(row['id'])
      return {
        ...toSummary(row),
        heldRemovals: toHeld(row, heldSince.get(row['plan']!)),
        setAside: toSetAside(setAside.all(id)),
        destinations: feeds.all(id).map(toDestination),
      }
    })
}

const toSummary = (row: Row): Omit<CohortSummary, 'heldRemovals' | 'setAside' | 'destinations'> => ({
  projectId: text(row['project_id']),
  cohortId: text(row['cohort_id']),
  name: text(row['name']),
  members: number(row['members']),
  sequence: number(row['sequence']),
  lastSyncAt: dateOrNull(row['last_sync_at']),
  openSession: row['unfinished'] === 1,
  needsReconcile: row['reconcile_reason'] as string | null,
  usualIntervalSeconds: usualIntervalSeconds(JSON.parse(text(row['recent_syncs'])) as KnownSync[]),
  lastReply: newestReply(toReply(row['last_reply']), toReply(row['account_reply'])),
})

const toHeld = (row: Row, plan: Row | undefined): CohortSummary['heldRemovals'] =>
  plan === undefined
    ? null
    : { members: number(row['held_members']), since: date(plan['since']), plan: String(row['plan']) }

const toSetAside = (pages: Row[]): CohortSummary['setAside'] => ({
  members: pages.reduce((sum, row) => sum + number(row['set_aside']), 0),
  reasons: addSetAside(
    pages.map((row) => JSON.parse(String(row['set_aside_reasons'] ?? '{}')) as SetAsideCounts),
  ),
})

const toDestination = (row: Row): CohortDestination => ({
  id: text(row['destination_id']),
  connector: text(row['connector']),
  owed: number(row['owed']),
  delivered: number(row['delivered']),
  failed: number(row['failed']),
  lastError: row['last_error'] as string | null,
  pausedSince: dateOrNull(row['paused_since']),
  drainingSince: dateOrNull(row['draining_since']),
  unauthorizedSince: dateOrNull(row['unauthorized_since']),
})
