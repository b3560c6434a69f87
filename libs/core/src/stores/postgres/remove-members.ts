import type { CohortTally } from '../cohort-tally.ts'
import type { Queries } from './database.ts'
import { releaseHeld } from './held-rows.ts'
import { findMembers, listSql, presentOf, remember } from './member-rows.ts'

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
  await queries.run(
    `UPDATE cohort_relay.member_state AS state SET present = false, present_since = NULL, sequence = change.sequence
     FROM ${listSql('$2::bigint[], $3::bigint[]', 'id, sequence')} AS change
     WHERE state.cohort = change.cohort AND state.id = change.id`,
    [tally.cohort, ids, numbers(tally, ids.length)],
  )
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
  await queries.run(
    `UPDATE cohort_relay.member_state AS state SET present = true, sequence = change.sequence
     FROM ${listSql('$2::bigint[], $3::bigint[]', 'id, sequence')} AS change
     WHERE state.cohort = change.cohort AND state.id = change.id`,
    [tally.cohort, ids, numbers(tally, ids.length)],
  )
  tally.members += ids.length
  tally.added += ids.length
}

/** The next numbers of the cohort's sequence. */
const numbers = (tally: CohortTally, count: number): number[] =>
  Array.from({ length: count }, () => ++tally.sequence)
