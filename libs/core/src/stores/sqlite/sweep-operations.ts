import type { DatabaseSync } from 'node:sqlite'
import type { CohortTally } from './member-rows.ts'
import { number } from './row.ts'
import { seenRows } from './seen-rows.ts'
import { sessionQueue, type QueuedSession } from './session-queue.ts'

/** Members looked at in one go when leavers are sought. */
const membersAtOnce = 5000

/** Finds the members that a whole full set no longer names, and lets them leave. */
export const sweepOperations = (
  database: DatabaseSync,
  removeRow: (tally: CohortTally, row: number) => void,
) => {
  const seen = seenRows(database)
  const queue = sessionQueue(database)
  const progress = database.prepare('SELECT swept FROM session WHERE id = ?')
  const record = database.prepare('UPDATE session SET swept = ? WHERE id = ?')
  const presentAfter = database.prepare(
    'SELECT id, present, sequence FROM member_state WHERE cohort = ? AND sequence > ? ORDER BY sequence LIMIT ?',
  )

  return {
    /** True when no leaver is left. Members who leave go to the end of the sequence, where they are absent already. */
    step: (session: QueuedSession, tally: CohortTally): boolean => {
      const rows = seen.of(session.id)
      if (rows === undefined) return false
      // Everyone named is present by now, so equal counts mean equal sets.
      if (rows.size === tally.members) return true
      const swept = number(progress.get(session.id)?.['swept'])
      const candidates = presentAfter.all(session.cohort, swept, membersAtOnce)
      const before = tally.sequence
      for (const { id, present } of candidates)
        if (present === 1 && !rows.has(number(id))) removeRow(tally, number(id))
      queue.recordOrigin(session, before, tally.sequence, null)
      const last = candidates.at(-1)?.['sequence']
      if (last !== undefined) record.run(last, session.id)
      return rows.size === tally.members || candidates.length === 0
    },
    forget: seen.forget,
  }
}
