import type { CohortTally } from '../cohort-tally.ts'
import type { Queries } from './database.ts'
import { releaseHeld } from './held-rows.ts'
import { findMembers, presentOf, remember } from './member-rows.ts'

/** Returns the ids of those who were ever seen. The last properties stay, to remove people by. */
export const removeMembers = async (
  queries: Queries,
  tally: CohortTally,
  keys: readonly string[],
): Promise<number[]> => {
  const known = await findMembers(queries, tally.cohort, keys)
  const leaving = keys.map((key) => known.get(key)).filter((found) => found?.present === true)
  tally.unchanged += keys.length - leaving.length
  await removeRows(
    queries,
    tally,
    leaving.map((found) => found!.id),
  )
  return keys.flatMap((key) => known.get(key)?.id ?? [])
}

/** Members known by their ids, who are in the cohort, leave it. */
export const removeRows = async (
  queries: Queries,
  tally: CohortTally,
  ids: readonly number[],
): Promise<void> => {
  if (ids.length === 0) return
  if (tally.held > 0)
    tally.held -= await queries.run(
      'DELETE FROM cohort_relay.held_removal WHERE cohort = $1 AND member = ANY($2::bigint[])',
      [tally.cohort, ids],
    )
  await remember(queries, tally.sync, { members: ids, wasPresent: true })
  await writePresence(queries, tally, { ids, present: false })
  tally.members -= ids.length
  tally.removed += ids.length
}

/** Members known by their ids are in the cohort or not; properties stay. */
export const setPresent = async (
  queries: Queries,
  tally: CohortTally,
  { ids, present }: { readonly ids: readonly number[]; readonly present: boolean },
): Promise<void> => {
  if (present) await releaseHeld(queries, tally, ids)
  const isPresent = new Set(await presentOf(queries, tally.cohort, ids))
  const changing = ids.filter((id) => isPresent.has(id) !== present)
  tally.unchanged += ids.length - changing.length
  await (present ? enterRows : removeRows)(queries, tally, changing)
}

const enterRows = async (queries: Queries, tally: CohortTally, ids: readonly number[]): Promise<void> => {
  if (ids.length === 0) return
  await remember(queries, tally.sync, { members: ids, wasPresent: false })
  await writePresence(queries, tally, { ids, present: true })
  tally.members += ids.length
  tally.added += ids.length
}

/**
 * Members who are known, each with the next number of the cohort's sequence. `ON CONFLICT` finds each by her key, whatever
 * the planner believes of the size of the cohort; the fingerprint that she keeps only fills the row that is not inserted.
 */
const writePresence = async (
  queries: Queries,
  tally: CohortTally,
  { ids, present }: { readonly ids: readonly number[]; readonly present: boolean },
): Promise<void> =>
  void (await queries.run(
    `INSERT INTO cohort_relay.member_state AS state(cohort, present, fingerprint, id, sequence)
     SELECT $1, $2, 0, * FROM unnest($3::bigint[], $4::bigint[])
     ON CONFLICT(cohort, id) DO UPDATE SET present = excluded.present, sequence = excluded.sequence,
       present_since = CASE WHEN excluded.present THEN state.present_since END`,
    [tally.cohort, present, ids, numbers(tally, ids.length)],
  ))

/** The next numbers of the cohort's sequence. */
const numbers = (tally: CohortTally, count: number): number[] =>
  Array.from({ length: count }, () => ++tally.sequence)
