import type { Ledger } from '../../ledger/ledger.ts'
import type { Database, Row } from './database.ts'
import { date, number, text } from './row.ts'
import { listSummaries } from './summary-rows.ts'

/** Reads of who is in which cohort. */
export const ledgerOperations = (database: Database): Ledger => ({
  listCohorts: (accountId) => database.transaction((queries) => listSummaries(queries, accountId), 'read'),
  findCohorts: async (accountId, cohortId) => {
    const rows = await database.all(
      `SELECT project_id, cohort_id FROM cohort_relay.cohort WHERE account_id = $1 AND cohort_id = $2
       ORDER BY project_id`,
      [accountId, cohortId],
    )
    return rows.map((row) => ({ projectId: text(row, 'project_id'), cohortId: text(row, 'cohort_id') }))
  },
  listMembers: async (accountId, { projectId, cohortId }, { after = '0', limit }) => {
    const cohort = await database.one(
      `SELECT id FROM cohort_relay.cohort WHERE account_id = $1 AND project_id = $2 AND cohort_id = $3`,
      [accountId, projectId, cohortId],
    )
    if (cohort === undefined) return undefined
    const rows = await database.all(membersSql, [number(cohort, 'id'), Number(after), limit])
    const next = rows.length < limit ? null : String(number(rows.at(-1), 'row'))
    return { members: rows.map(toMember), next }
  },
})

/** When the newest change of a member was recorded: the change that its origin begins with, or one after that. */
export const changedAtSql = `(SELECT o.at FROM cohort_relay.change_origin o
  WHERE o.cohort = s.cohort AND o.first_sequence <= s.sequence ORDER BY o.first_sequence DESC LIMIT 1)`

const membersSql = `SELECT s.id AS row, m.key AS id, s.sequence, ${changedAtSql} AS at
  FROM cohort_relay.member m JOIN cohort_relay.member_state s ON s.cohort = m.cohort AND s.id = m.id
  WHERE m.cohort = $1 AND m.id > $2 AND s.present ORDER BY m.id LIMIT $3`

const toMember = (row: Row) => ({
  id: text(row, 'id'),
  sequence: number(row, 'sequence'),
  changedAt: date(row, 'at'),
})
