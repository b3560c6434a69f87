import type { Queries } from './database.ts'
import { number } from './row.ts'

export interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

/** Who of these is known. */
export const findMembers = async (
  queries: Queries,
  cohort: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Found>> => {
  const rows = await queries.all(
    `SELECT member.key, member.id, state.present, state.fingerprint
     FROM unnest($2::text[]) AS wanted(key)
     JOIN cohort_relay.member ON member.cohort = $1 AND member.key = wanted.key COLLATE "C"
     JOIN cohort_relay.member_state AS state ON state.cohort = $1 AND state.id = member.id`,
    [cohort, keys],
  )
  return new Map(
    rows.map((row) => [
      row['key'] as string,
      { id: number(row, 'id'), present: row['present'] === true, fingerprint: number(row, 'fingerprint') },
    ]),
  )
}

/** Those of these who are in the cohort. */
export const presentOf = async (
  queries: Queries,
  cohort: number,
  ids: readonly number[],
): Promise<number[]> => {
  const rows = await queries.all(
    'SELECT id FROM cohort_relay.member_state WHERE cohort = $1 AND id = ANY($2::bigint[]) AND present',
    [cohort, ids],
  )
  return rows.map((row) => number(row, 'id'))
}

interface Memory {
  readonly members: readonly number[]
  readonly wasPresent: boolean
}

/** The first thing a sync did to a member stays: how she was before it. */
export const remember = async (
  queries: Queries,
  sync: number | null,
  { members, wasPresent }: Memory,
): Promise<void> => {
  if (sync === null || members.length === 0) return
  await queries.run(
    `INSERT INTO cohort_relay.sync_member(member, sync, was_present) SELECT unnest($1::bigint[]), $2, $3
     ON CONFLICT DO NOTHING`,
    [members, sync, wasPresent],
  )
}
