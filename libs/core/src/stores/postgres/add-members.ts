import type { PageMember } from '../../webhook/cohort-page.ts'
import { propertiesText } from '../../webhook/properties-text.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { fingerprint } from '../fingerprint.ts'
import type { Queries } from './database.ts'
import { releaseHeld } from './held-rows.ts'
import { findMembers, remember, type Found } from './member-rows.ts'
import { number } from './row.ts'

/** A member who is not yet as the page says, with the number of her change. */
interface Change {
  readonly key: string
  readonly properties: string
  readonly fingerprint: number
  readonly sequence: number
  readonly found: Found | undefined
}

/**
 * Members of a cohort, many at a time: each real change takes the next number of the cohort's sequence, in the order
 * given, and anything else writes nothing. Returns their ids in that order.
 */
export const addMembers = async (
  queries: Queries,
  tally: CohortTally,
  members: readonly PageMember[],
): Promise<number[]> => {
  const known = await findMembers(
    queries,
    tally.cohort,
    members.map(({ id }) => id),
  )
  await releaseHeld(queries, tally, idsOf(known, true))
  const changes = changesOf(members, known, tally)
  const made = await insertMembers(queries, tally, changes)
  await updateMembers(queries, tally, changes)
  return members.map(({ id }) => (known.get(id)?.id ?? made.get(id))!)
}

const idsOf = (known: ReadonlyMap<string, Found>, present: boolean): number[] =>
  [...known.values()].filter((found) => found.present === present).map(({ id }) => id)

const changesOf = (
  members: readonly PageMember[],
  known: ReadonlyMap<string, Found>,
  tally: CohortTally,
): Change[] => {
  const changes: Change[] = []
  for (const member of members) {
    const properties = propertiesText(member, tally.keep)
    const print = fingerprint(properties)
    const found = known.get(member.id)
    if (found?.present === true && found.fingerprint === print) tally.unchanged++
    else changes.push({ key: member.id, properties, fingerprint: print, sequence: ++tally.sequence, found })
  }
  return changes
}

/** Returns the ids of the new members by key. */
const insertMembers = async (
  queries: Queries,
  tally: CohortTally,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, number>> => {
  const fresh = changes.filter(({ found }) => found === undefined)
  if (fresh.length === 0) return new Map()
  const ids = await takeIds(queries, fresh.length)
  const keys = fresh.map(({ key }) => key)
  await queries.run(
    `INSERT INTO cohort_relay.member(cohort, id, key, properties)
     SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[])`,
    [tally.cohort, ids, keys, fresh.map(({ properties }) => properties)],
  )
  await queries.run(
    `INSERT INTO cohort_relay.member_state(cohort, present, id, sequence, fingerprint)
     SELECT $1, true, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])`,
    [tally.cohort, ids, fresh.map(({ sequence }) => sequence), fresh.map((change) => change.fingerprint)],
  )
  await remember(queries, tally.sync, { members: ids, wasPresent: false })
  tally.members += fresh.length
  tally.added += fresh.length
  return new Map(keys.map((key, index) => [key, ids[index]!]))
}

/** In rising order, which is that in which members are first seen. */
const takeIds = async (queries: Queries, count: number): Promise<number[]> => {
  const rows = await queries.all(
    "SELECT nextval('cohort_relay.member_id') AS id FROM generate_series(1, $1::integer)",
    [count],
  )
  return rows.map((row) => number(row, 'id'))
}

/**
 * Members who come back, or whose properties are others. All are there: `ON CONFLICT` finds each by her key, whatever the
 * planner believes of the size of the cohort.
 */
const updateMembers = async (
  queries: Queries,
  tally: CohortTally,
  changes: readonly Change[],
): Promise<void> => {
  const old = changes.flatMap((change) =>
    change.found === undefined ? [] : [{ ...change, ...only(change.found) }],
  )
  if (old.length === 0) return
  const altered = old.filter(({ was, fingerprint: is }) => was !== is)
  await replaceProperties(queries, tally, altered)
  await queries.run(
    `INSERT INTO cohort_relay.member_state AS state(cohort, present, id, sequence, fingerprint)
     SELECT $1, true, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
     ON CONFLICT(cohort, id) DO UPDATE SET
       present_since = CASE WHEN state.present THEN coalesce(state.present_since, state.sequence) END,
       present = true, sequence = excluded.sequence, fingerprint = excluded.fingerprint`,
    [
      tally.cohort,
      old.map(({ id }) => id),
      old.map(({ sequence }) => sequence),
      old.map((change) => change.fingerprint),
    ],
  )
  const back = old.filter(({ wasPresent }) => !wasPresent).map(({ id }) => id)
  await remember(queries, tally.sync, { members: back, wasPresent: false })
  tally.added += back.length
  tally.members += back.length
  tally.updated += old.length - back.length
}

const only = ({ id, present, fingerprint: was }: Found) => ({ id, wasPresent: present, was })

const replaceProperties = async (
  queries: Queries,
  tally: CohortTally,
  altered: readonly (Pick<Change, 'key' | 'sequence' | 'properties'> & { readonly id: number })[],
): Promise<void> => {
  if (altered.length === 0) return
  const ids = altered.map(({ id }) => id)
  if (tally.keepVersions)
    await queries.run(
      `INSERT INTO cohort_relay.member_version(cohort, member, until_sequence, properties)
       SELECT $1, change.id, change.sequence, was.properties FROM unnest($2::bigint[], $3::bigint[]) AS change(id, sequence)
       CROSS JOIN LATERAL (SELECT properties FROM cohort_relay.member
         WHERE cohort = $1 AND id = change.id OFFSET 0) AS was`,
      [tally.cohort, ids, altered.map(({ sequence }) => sequence)],
    )
  await queries.run(
    `INSERT INTO cohort_relay.member(cohort, id, key, properties)
     SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[])
     ON CONFLICT(cohort, id) DO UPDATE SET properties = excluded.properties`,
    [tally.cohort, ids, altered.map(({ key }) => key), altered.map(({ properties }) => properties)],
  )
}
