import type { CohortTally } from '../cohort-tally.ts'
import type { Queries } from './database.ts'
import { setPresent } from './remove-members.ts'
import { number, numberOrNull } from './row.ts'

/** Members taken back in one go. */
const membersAtOnce = 1000

/**
 * Undoes some of what syncs that failed had changed. False when nothing is left to take back. The newest goes first, so
 * that states follow each other backwards.
 */
export const takeBackSome = async (queries: Queries, tally: CohortTally): Promise<boolean> => {
  const newest = await queries.one(
    "SELECT max(id) AS id FROM cohort_relay.sync WHERE cohort = $1 AND state = 'taken-back'",
    [tally.cohort],
  )
  const sync = numberOrNull(newest, 'id')
  if (sync === null) return false
  const unheld = await queries.run(
    `DELETE FROM cohort_relay.held_removal WHERE cohort = $3 AND member IN (
       SELECT member FROM cohort_relay.held_removal WHERE sync = $1 LIMIT $2)`,
    [sync, membersAtOnce, tally.cohort],
  )
  tally.held -= unheld
  if (unheld > 0) return true
  await takeBackMembers(queries, tally, sync)
  return true
}

const takeBackMembers = async (queries: Queries, tally: CohortTally, sync: number): Promise<void> => {
  const rows = await queries.all(
    `SELECT taken.member, taken.was_present, (SELECT min(later.sync) FROM cohort_relay.sync_member AS later
       WHERE later.member = taken.member AND later.sync > $1) AS newer
     FROM cohort_relay.sync_member AS taken WHERE taken.sync = $1 ORDER BY taken.member LIMIT $2`,
    [sync, membersAtOnce],
  )
  const decided = rows.filter((row) => row['newer'] !== null)
  const undecided = rows.filter((row) => row['newer'] === null)
  // Something newer decided of these: without this sync it would have found them as they were before it.
  if (decided.length > 0)
    await queries.run(
      `UPDATE cohort_relay.sync_member AS newer SET was_present = taken.was_present
       FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS taken(member, sync, was_present)
       WHERE newer.member = taken.member AND newer.sync = taken.sync`,
      [
        decided.map((row) => number(row, 'member')),
        decided.map((row) => number(row, 'newer')),
        decided.map((row) => row['was_present']),
      ],
    )
  await restore(queries, tally, undecided)
  await forgetMembers(
    queries,
    sync,
    rows.map((row) => number(row, 'member')),
  )
}

/** Undoing is no change of the sync that is being worked on. */
const restore = async (
  queries: Queries,
  tally: CohortTally,
  undecided: readonly Readonly<Record<string, unknown>>[],
): Promise<void> => {
  const working = tally.sync
  tally.sync = null
  for (const present of [true, false]) {
    const ids = undecided.filter((row) => row['was_present'] === present).map((row) => number(row, 'member'))
    await setPresent(queries, tally, { ids, present })
  }
  tally.sync = working
}

const forgetMembers = async (queries: Queries, sync: number, members: readonly number[]): Promise<void> => {
  await queries.run('DELETE FROM cohort_relay.sync_member WHERE sync = $1 AND member = ANY($2::bigint[])', [
    sync,
    members,
  ])
  if (members.length < membersAtOnce) await queries.run('DELETE FROM cohort_relay.sync WHERE id = $1', [sync])
}

/** Deletes some of what can no longer be undone. False when there is nothing to delete. */
export const forgetSomeSyncs = async (queries: Queries, before: Date): Promise<boolean> => {
  await queries.run(
    `UPDATE cohort_relay.sync SET state = 'forgotten' WHERE id IN (
       SELECT id FROM cohort_relay.sync WHERE state = 'kept' AND opened_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
    [before],
  )
  const row = await queries.one(
    "SELECT id FROM cohort_relay.sync WHERE state = 'forgotten' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
  )
  if (row === undefined) return false
  const members = await queries.all('SELECT member FROM cohort_relay.sync_member WHERE sync = $1 LIMIT $2', [
    number(row, 'id'),
    membersAtOnce,
  ])
  await forgetMembers(
    queries,
    number(row, 'id'),
    members.map((one) => number(one, 'member')),
  )
  return true
}
