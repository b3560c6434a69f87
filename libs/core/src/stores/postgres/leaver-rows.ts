import type { CohortTally } from '../cohort-tally.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { Queries } from './database.ts'
import { holdRows } from './held-rows.ts'
import { removeRows } from './remove-members.ts'
import type { RemovalRows } from './removal-rows.ts'
import { number } from './row.ts'
import type { SeenRows } from './seen-rows.ts'
import { recordOrigin } from './step-rows.ts'

/** Members looked at in one go when leavers are sought. */
const membersAtOnce = 5000

export interface LeaverParts {
  readonly seen: SeenRows
  readonly removals: RemovalRows
}

/**
 * Some of the members that a whole full set no longer names leave. True when none is left but those who have to wait.
 * Members who leave go to the end of the sequence, where they are absent already.
 */
export const removeSomeLeavers = async (
  queries: Queries,
  { session, tally }: { readonly session: QueuedSession; readonly tally: CohortTally },
  { seen, removals }: LeaverParts,
): Promise<boolean> => {
  const named = await seen.of(queries, session.id)
  if (named === undefined) return false
  // Everyone named is present by now, so equal counts mean equal sets.
  if (named.size === tally.members - tally.held) return true
  const holds = await removals.judgeLeavers(session, tally, tally.members - named.size)
  const candidates = await queries.all(
    `SELECT id, present, sequence FROM cohort_relay.member_state
     WHERE cohort = $1 AND sequence > (SELECT swept FROM cohort_relay.session WHERE session.id = $2)
     ORDER BY sequence LIMIT $3`,
    [session.cohort, session.id, membersAtOnce],
  )
  const after = tally.sequence
  const leavers = candidates
    .filter((row) => row['present'] === true && !named.has(number(row, 'id')))
    .map((row) => number(row, 'id'))
  await (holds ? holdRows : removeRows)(queries, tally, leavers)
  await recordOrigin(queries, session, { tally, after, pageKey: null })
  const last = candidates.at(-1)
  if (last !== undefined)
    await queries.run('UPDATE cohort_relay.session SET swept = $2 WHERE id = $1', [
      session.id,
      number(last, 'sequence'),
    ])
  return named.size === tally.members - tally.held || candidates.length === 0
}
