import type { CohortKey, LastReply } from '../../ledger/ledger.ts'
import type { Queries } from './database.ts'

/** The last answers to pages. */
export const recordReply = async (
  queries: Queries,
  accountId: string,
  { cohort, reply }: { readonly cohort: CohortKey | null; readonly reply: LastReply },
): Promise<void> => {
  const json = JSON.stringify({ ...reply, at: reply.at.getTime() })
  if (cohort === null)
    await queries.run('UPDATE cohort_relay.account SET last_reply = $1 WHERE id = $2', [json, accountId])
  else
    await queries.run(
      `UPDATE cohort_relay.cohort SET last_reply = $1
       WHERE account_id = $2 AND project_id = $3 AND cohort_id = $4`,
      [json, accountId, cohort.projectId, cohort.cohortId],
    )
}

/** Undefined when there was no answer yet. */
export const toReply = (value: unknown): LastReply | undefined => {
  if (value === null || value === undefined) return undefined
  const { at, status, condition } = value as { at: number; status: number; condition: string }
  return { at: new Date(at), status, condition }
}
