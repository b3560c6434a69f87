import type { DatabaseSync } from 'node:sqlite'
import type { PageStore } from '../../intake/page-store.ts'
import { number, text } from './row.ts'
import type { Synchronous } from './synchronous.ts'

/** Approvals of removals that wait. */
export const approvalOperations = (
  database: DatabaseSync,
): Synchronous<Pick<PageStore, 'approveRemovals'>> => {
  const find = database.prepare(
    `SELECT removal_plan.state, cohort.held_members, coalesce(session.external_id, '') AS external_id
     FROM removal_plan JOIN cohort ON cohort.id = removal_plan.cohort
     LEFT JOIN session ON session.id = removal_plan.session
     WHERE account_id = ? AND project_id = ? AND cohort_id = ? AND CAST(removal_plan.session AS TEXT) = ?`,
  )
  const approve = database.prepare("UPDATE removal_plan SET state = 'approved' WHERE session = ?")
  const audit = database.prepare(
    `INSERT INTO removal_approval(account_id, project_id, cohort_id, session_id, plan, members, approved_at, approved_by)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?)`,
  )

  return {
    approveRemovals: (accountId, { projectId, cohortId }, { plan, at, by }) => {
      const row = find.get(accountId, projectId, cohortId, plan)
      if (row?.['state'] === 'superseded') return 'superseded'
      if (row?.['state'] !== 'held') return 'no-such-plan'
      approve.run(Number(plan))
      const names = [accountId, projectId, cohortId, text(row['external_id']), plan] as const
      audit.run(...names, number(row['held_members']), at.getTime(), by)
      return 'approved'
    },
  }
}
