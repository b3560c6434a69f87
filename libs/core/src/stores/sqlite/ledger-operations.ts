import type { DatabaseSync } from 'node:sqlite'
import type { Ledger } from '../../ledger/ledger.ts'
import { summariesOf } from './summary-rows.ts'
import type { Synchronous } from './synchronous.ts'
import { date, number, text, type Row } from './row.ts'

/** Reads of who is in which cohort. */
export const ledgerOperations = (database: DatabaseSync): Synchronous<Ledger> => {
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
    listCohorts: summariesOf(database),
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

const toMember = (row: Row) => ({
  id: text(row['id']),
  sequence: number(row['sequence']),
  changedAt: date(row['at']),
})
