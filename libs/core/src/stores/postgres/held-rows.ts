import type { CohortTally } from '../cohort-tally.ts'
import type { Queries } from './database.ts'
import { number, numberOrNull } from './row.ts'

/** Of these members, those who are in the cohort stay until their removal is approved. */
export const holdRows = async (
  queries: Queries,
  tally: CohortTally,
  ids: readonly number[],
): Promise<void> => {
  tally.held += await queries.run(
    `INSERT INTO cohort_relay.held_removal(cohort, member, sync)
     SELECT $1, held.id, $3 FROM unnest($2::bigint[]) AS held(id)
     CROSS JOIN LATERAL (SELECT present FROM cohort_relay.member_state
       WHERE cohort = $1 AND id = held.id OFFSET 0) AS state WHERE state.present
     ON CONFLICT DO NOTHING`,
    [tally.cohort, ids, tally.sync],
  )
}

/** They are named again: as if the removal had been carried out and they had come back. */
export const releaseHeld = async (
  queries: Queries,
  tally: CohortTally,
  ids: readonly number[],
): Promise<void> => {
  if (tally.held === 0 || ids.length === 0) return
  const released = await queries.all(
    'DELETE FROM cohort_relay.held_removal WHERE cohort = $1 AND member = ANY($2::bigint[]) RETURNING member, sync',
    [tally.cohort, ids],
  )
  tally.held -= released.length
  if (tally.sync === null) return
  const ofSyncs = released.filter((row) => numberOrNull(row, 'sync') !== null)
  if (ofSyncs.length === 0) return
  await queries.run(
    `INSERT INTO cohort_relay.sync_member(member, sync, was_present)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) ON CONFLICT DO NOTHING`,
    [
      [...ofSyncs, ...ofSyncs].map((row) => number(row, 'member')),
      [...ofSyncs.map((row) => number(row, 'sync')), ...ofSyncs.map(() => tally.sync)],
      [...ofSyncs.map(() => true), ...ofSyncs.map(() => false)],
    ],
  )
}
