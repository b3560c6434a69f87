import type { Queries } from './database.ts'
import { number } from './row.ts'

export interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

/**
 * Each is looked up by herself (`OFFSET 0`): of a cohort that grew since its table was analysed the planner believes that
 * it is small, and would compare each of these with every member.
 */
const findSql = `SELECT wanted.key, member.id, state.present, state.fingerprint
  FROM unnest($2::text[]) AS wanted(key)
  CROSS JOIN LATERAL (SELECT id FROM cohort_relay.member
    WHERE cohort = $1 AND key = wanted.key COLLATE "C" OFFSET 0) AS member
  CROSS JOIN LATERAL (SELECT present, fingerprint FROM cohort_relay.member_state
    WHERE cohort = $1 AND id = member.id OFFSET 0) AS state`

const presentSql = `SELECT wanted.id FROM unnest($2::bigint[]) AS wanted(id)
  CROSS JOIN LATERAL (SELECT present FROM cohort_relay.member_state
    WHERE cohort = $1 AND id = wanted.id OFFSET 0) AS state WHERE state.present`

/** Who of these is known. */
export const findMembers = async (
  queries: Queries,
  cohort: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Found>> => {
  const rows = await queries.all(findSql, [cohort, keys])
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
  const rows = await queries.all(presentSql, [cohort, ids])
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
