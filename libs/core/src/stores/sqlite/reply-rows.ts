import type { DatabaseSync } from 'node:sqlite'
import type { CohortKey, LastReply } from '../../ledger/ledger.ts'
import type { Row } from './row.ts'

const prepare = (database: DatabaseSync) => ({
  ofAccount: database.prepare('UPDATE account SET last_reply = ? WHERE id = ?'),
  ofCohort: database.prepare(
    'UPDATE cohort SET last_reply = ? WHERE account_id = ? AND project_id = ? AND cohort_id = ?',
  ),
})

/** The last answers to pages. */
export class ReplyRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  record(accountId: string, cohort: CohortKey | null, { at, status, condition }: LastReply): void {
    const { ofAccount, ofCohort } = this.#statements
    const json = JSON.stringify({ at: at.getTime(), status, condition })
    if (cohort === null) ofAccount.run(json, accountId)
    else ofCohort.run(json, accountId, cohort.projectId, cohort.cohortId)
  }
}

/** Undefined when there was no answer yet. */
export const toReply = (json: Row[string] | undefined): LastReply | undefined => {
  if (typeof json !== 'string') return undefined
  const reply = JSON.parse(json) as { at: number; status: number; condition: string }
  return { ...reply, at: new Date(reply.at) }
}
