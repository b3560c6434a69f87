import type { DatabaseSync } from 'node:sqlite'
import type { CohortDestination, CohortSummary, Ledger } from '../../ledger/ledger.ts'
import type { Synchronous } from './synchronous.ts'
import { date, dateOrNull, number, text, type Row } from './row.ts'

/** Reads of who is in which cohort. */
export const ledgerOperations = (database: DatabaseSync): Synchronous<Ledger> => {
  const cohorts = database.prepare(
    `SELECT *, EXISTS(SELECT 1 FROM session WHERE session.cohort = cohort.id AND state IN ('open', 'whole')) AS unfinished,
       (SELECT max(session) FROM removal_plan WHERE removal_plan.cohort = cohort.id AND state = 'held') AS plan
     FROM cohort WHERE account_id = ? ORDER BY project_id, cohort_id`,
  )
  const heldSince = database.prepare('SELECT since FROM removal_plan WHERE session = ?')
  const feeds = database.prepare(
    `SELECT destination_id, connector, delivered, last_error,
       (SELECT count(*) FROM member_state s WHERE s.cohort = feed.cohort AND s.sequence > feed.cursor
         AND (s.present = 1 OR s.sequence > feed.start))
       + (SELECT count(*) FROM member_failure f JOIN member_state s ON s.id = f.member
         WHERE f.feed = feed.id AND f.kind = 'retry' AND s.sequence <= feed.cursor) AS owed,
       (SELECT count(*) FROM member_failure f WHERE f.feed = feed.id AND f.kind <> 'retry') AS failed
     FROM feed JOIN destination ON destination.id = feed.destination_id WHERE feed.cohort = ?
     ORDER BY destination.created_at, destination.id`,
  )
  const byCohortId = database.prepare(
    'SELECT project_id, cohort_id FROM cohort WHERE account_id = ? AND cohort_id = ? ORDER BY project_id',
  )
  const cohortRow = database.prepare(
    'SELECT id FROM cohort WHERE account_id = ? AND project_id = ? AND cohort_id = ?',
  )
  const members = database.prepare(
    `SELECT s.id AS row, m.key AS id, s.sequence AS sequence,
       (SELECT at FROM change_origin o WHERE o.cohort = s.cohort AND o.first_sequence <= s.sequence
        ORDER BY o.first_sequence DESC LIMIT 1) AS at
     FROM member m JOIN member_state s ON s.id = m.id
     WHERE m.cohort = ? AND m.id > ? AND s.present = 1 ORDER BY m.id LIMIT ?`,
  )

  return {
    listCohorts: (accountId) =>
      cohorts.all(accountId).map((row) => ({
        ...toSummary(row, feeds.all(number(row['id'])).map(toDestination)),
        heldRemovals: toHeld(row, heldSince.get(row['plan']!)),
      })),
    findCohorts: (accountId, cohortId) =>
      byCohortId
        .all(accountId, cohortId)
        .map((row) => ({ projectId: text(row['project_id']), cohortId: text(row['cohort_id']) })),
    listMembers: (accountId, { projectId, cohortId }, { after = '0', limit }) => {
      const cohort = cohortRow.get(accountId, projectId, cohortId)
      if (cohort === undefined) return undefined
      const rows = members.all(number(cohort['id']), Number(after), limit)
      return { members: rows.map(toMember), next: rows.length < limit ? null : String(rows.at(-1)?.['row']) }
    },
  }
}

const toSummary = (row: Row, destinations: CohortDestination[]): Omit<CohortSummary, 'heldRemovals'> => ({
  projectId: text(row['project_id']),
  cohortId: text(row['cohort_id']),
  name: text(row['name']),
  members: number(row['members']),
  sequence: number(row['sequence']),
  lastSyncAt: dateOrNull(row['last_sync_at']),
  openSession: row['unfinished'] === 1,
  needsReconcile: row['reconcile_reason'] as string | null,
  destinations,
})

const toHeld = (row: Row, plan: Row | undefined): CohortSummary['heldRemovals'] =>
  plan === undefined
    ? null
    : { members: number(row['held_members']), since: date(plan['since']), plan: String(row['plan']) }

const toDestination = (row: Row): CohortDestination => ({
  id: text(row['destination_id']),
  connector: text(row['connector']),
  owed: number(row['owed']),
  delivered: number(row['delivered']),
  failed: number(row['failed']),
  lastError: row['last_error'] as string | null,
})

const toMember = (row: Row) => ({
  id: text(row['id']),
  sequence: number(row['sequence']),
  changedAt: date(row['at']),
})
