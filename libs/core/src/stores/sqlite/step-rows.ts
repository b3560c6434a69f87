import type { DatabaseSync } from 'node:sqlite'
import { KeepRows } from './keep-rows.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { withSync, type KnownSync } from '../../ledger/sync-rhythm.ts'
import { number, text } from './row.ts'
import type { QueuedSession } from '../queued-session.ts'

/** Where changes came from: a page, or (null) the end of a full set that no longer named somebody. */
export interface ChangeOrigin {
  /** The cohort's sequence before the changes. */
  readonly after: number
  readonly pageKey: string | null
}

const prepare = (database: DatabaseSync) => ({
  cohort: database.prepare(
    `SELECT sequence, members, held_members, last_sync_at, EXISTS(SELECT 1 FROM feed WHERE feed.cohort = cohort.id AND (cursor > 0 OR audience_id IS NOT NULL OR former_views <> '[]')) AS told
     FROM cohort WHERE id = ?`,
  ),
  updateCohort: database.prepare(
    'UPDATE cohort SET sequence = ?, members = ?, held_members = ?, last_sync_at = coalesce(?, last_sync_at) WHERE id = ?',
  ),
  recentSyncs: database.prepare('SELECT recent_syncs FROM cohort WHERE id = ?'),
  rememberSyncs: database.prepare('UPDATE cohort SET recent_syncs = ? WHERE id = ?'),
  origin: database.prepare('INSERT INTO change_origin VALUES(?, ?, ?, ?, ?)'),
  wakeFeeds: database.prepare(
    `UPDATE feed SET due_at = ?1 WHERE cohort = ?2 AND (due_at IS NULL OR (last_error IS NULL AND due_at > ?1))`,
  ),
  step: database.prepare('UPDATE session SET steps = steps + 1 WHERE id = ?'),
  finish: database.prepare("UPDATE session SET state = 'applied', applied_at = ? WHERE id = ?"),
})

/** What a step of applying a session did to its cohort. */
export class StepRows {
  readonly #statements: ReturnType<typeof prepare>
  readonly #keeps: KeepRows

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
    this.#keeps = new KeepRows(database)
  }

  /** Where the step begins: nothing is counted yet. */
  tally({ cohort, sync, accountId }: QueuedSession): CohortTally {
    const row = this.#statements.cohort.get(cohort)
    return {
      cohort,
      sync,
      keep: this.#keeps.ofAccount(accountId),
      keepVersions: number(row?.['told'] ?? 0) > 0,
      sequence: number(row?.['sequence']),
      members: number(row?.['members']),
      held: number(row?.['held_members']),
      isFirstSync: row?.['last_sync_at'] === null,
      added: 0,
      removed: 0,
      updated: 0,
      unchanged: 0,
    }
  }

  recordOrigin(session: QueuedSession, { sequence }: CohortTally, { after, pageKey }: ChangeOrigin): void {
    if (sequence <= after) return
    this.#statements.origin.run(session.cohort, after + 1, session.id, pageKey, session.now.getTime())
  }

  record(session: QueuedSession, tally: CohortTally, finished: boolean): void {
    const { updateCohort, wakeFeeds, step, finish } = this.#statements
    const at = session.now.getTime()
    updateCohort.run(tally.sequence, tally.members, tally.held, finished ? at : null, session.cohort)
    if (tally.added + tally.removed + tally.updated > 0) wakeFeeds.run(at, session.cohort)
    step.run(session.id)
    if (!finished) return
    finish.run(at, session.id)
    this.#rememberSync(session.cohort, { sync: tally.sync, at })
  }

  #rememberSync(cohort: number, applied: KnownSync): void {
    const { recentSyncs, rememberSyncs } = this.#statements
    const known = JSON.parse(text(recentSyncs.get(cohort)?.['recent_syncs'])) as KnownSync[]
    rememberSyncs.run(JSON.stringify(withSync(known, applied)), cohort)
  }
}
