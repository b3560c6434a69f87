import type { QueuedSession } from '../queued-session.ts'
import type { Queries } from './database.ts'

export const planState = async (queries: Queries, session: number): Promise<string | undefined> => {
  const row = await queries.one('SELECT state FROM cohort_relay.removal_plan WHERE session = $1', [session])
  return row?.['state'] as string | undefined
}

/** True while the session's removals wait for approval. */
export const isHeld = async (queries: Queries, session: number): Promise<boolean> =>
  (await planState(queries, session)) === 'held'

/** Makes a plan of the session's removals, in place of older ones. False when it has one. */
export const holdPlan = async (queries: Queries, { id, cohort, now }: QueuedSession): Promise<boolean> => {
  const made = await queries.run(
    "INSERT INTO cohort_relay.removal_plan VALUES($1, $2, 'held', $3) ON CONFLICT DO NOTHING",
    [id, cohort, now],
  )
  if (made > 0) await supersedePlans(queries, cohort, id)
  return made > 0
}

/** Of the cohort, but that of one session. */
export const supersedePlans = async (queries: Queries, cohort: number, but = 0): Promise<void> =>
  void (await queries.run(
    "UPDATE cohort_relay.removal_plan SET state = 'superseded' WHERE cohort = $1 AND state = 'held' AND session <> $2",
    [cohort, but],
  ))
