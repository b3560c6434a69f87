import type { PageStore } from '../../intake/page-store.ts'
import { storableText } from '../../storable-text.ts'
import type { Database } from './database.ts'
import { number, text } from './row.ts'

/** Approvals of removals that wait. */
export const approvalOperations = (database: Database): Pick<PageStore, 'approveRemovals'> => ({
  approveRemovals: async (accountId, { projectId, cohortId }, { plan, at, by }) => {
    // What PostgreSQL cannot be asked for is the name of nothing.
    if (storableText(plan) !== plan) return 'no-such-plan'
    return database.transaction(async (queries) => {
      const key = [accountId, projectId, cohortId]
      await queries.run(
        `SELECT FROM cohort_relay.cohort WHERE account_id = $1 AND project_id = $2 AND cohort_id = $3
         FOR NO KEY UPDATE`,
        key,
      )
      const row = await queries.one(
        `SELECT removal_plan.state, cohort.held_members, coalesce(session.external_id, '') AS external_id
         FROM cohort_relay.removal_plan JOIN cohort_relay.cohort ON cohort.id = removal_plan.cohort
         LEFT JOIN cohort_relay.session ON session.id = removal_plan.session
         WHERE account_id = $1 AND project_id = $2 AND cohort_id = $3 AND removal_plan.session::text = $4`,
        [...key, plan],
      )
      if (row?.['state'] === 'superseded') return 'superseded'
      if (row?.['state'] !== 'held') return 'no-such-plan'
      await queries.run("UPDATE cohort_relay.removal_plan SET state = 'approved' WHERE session = $1", [
        Number(plan),
      ])
      await queries.run(
        `INSERT INTO cohort_relay.removal_approval(account_id, project_id, cohort_id, session_id, plan, members,
           approved_at, approved_by) VALUES($1, $2, $3, $4, $5, $6, $7, $8)`,
        [...key, text(row, 'external_id'), plan, number(row, 'held_members'), at, by],
      )
      return 'approved'
    })
  },
})
