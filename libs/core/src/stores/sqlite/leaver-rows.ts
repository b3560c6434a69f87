import type { DatabaseSync } from 'node:sqlite'
import type { CohortTally } from '../cohort-tally.ts'
import type { MemberRows } from './member-rows.ts'
import { number } from './row.ts'
import type { RemovalRows } from './removal-rows.ts'
import { SeenRows } from './seen-rows.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { StepRows } from './step-rows.ts'

/** Members looked at in one go when leavers are sought. */
const membersAtOnce = 5000

const prepare = (database: DatabaseSync) => ({
  progress: database.prepare('SELECT swept FROM session WHERE id = ?'),
  record: database.prepare('UPDATE session SET swept = ? WHERE id = ?'),
  presentAfter: database.prepare(
    'SELECT id, present, sequence FROM member_state WHERE cohort = ? AND sequence > ? ORDER BY sequence LIMIT ?',
  ),
})

export interface LeaverParts {
  readonly members: MemberRows
  readonly steps: StepRows
  readonly removals: RemovalRows
}

/** Finds the members that a whole full set no longer names, and lets them leave. */
export class LeaverRows {
  readonly #statements: ReturnType<typeof prepare>
  readonly #seen: SeenRows
  readonly #parts: LeaverParts

  constructor(database: DatabaseSync, parts: LeaverParts) {
    this.#statements = prepare(database)
    this.#seen = new SeenRows(database)
    this.#parts = parts
  }

  /** True when no leaver is left but those who have to wait. Members who leave go to the end of the sequence, where they are absent already. */
  removeSome(session: QueuedSession, tally: CohortTally): boolean {
    const { progress, record, presentAfter } = this.#statements
    const { members, steps, removals } = this.#parts
    const seen = this.#seen.of(session.id)
    if (seen === undefined) return false
    // Everyone named is present by now, so equal counts mean equal sets.
    if (seen.size === tally.members - tally.held) return true
    const effect = removals.judgeLeavers(session, tally, tally.members - seen.size) ? 'holdRow' : 'removeRow'
    const swept = number(progress.get(session.id)?.['swept'])
    const candidates = presentAfter.all(session.cohort, swept, membersAtOnce)
    const after = tally.sequence
    for (const { id, present } of candidates)
      if (present === 1 && !seen.has(number(id))) members[effect](tally, number(id))
    steps.recordOrigin(session, tally, { after, pageKey: null })
    const last = candidates.at(-1)?.['sequence']
    if (last !== undefined) record.run(last, session.id)
    return seen.size === tally.members - tally.held || candidates.length === 0
  }

  forget({ id }: QueuedSession): void {
    this.#seen.forget(id)
  }
}
