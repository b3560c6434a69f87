import type { Queries } from './database.ts'
import { number } from './row.ts'

export interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

/**
 * A list to look members up by, with their cohort ($1) in each row. Were the cohort a constant of the statement, a planner
 * that thinks it small, as it does of every new one, would read all of it for each member. OFFSET 0 keeps it from seeing
 * through this.
 */
export const listSql = (arrays: string, columns: string): string =>
  `(SELECT $1::bigint AS cohort, * FROM unnest(${arrays}) AS list(${columns}) OFFSET 0)`

/** Who of these is known. */
export const findMembers = async (
  queries: Queries,
  cohort: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Found>> => {
  const rows = await queries.all(
    `SELECT member.key, member.id, state.present, state.fingerprint
     FROM ${listSql('$2::text[]', 'key')} AS wanted
     JOIN cohort_relay.member ON member.cohort = wanted.cohort AND member.key = wanted.key COLLATE "C"
     JOIN cohort_relay.member_state AS state ON state.cohort = wanted.cohort AND state.id = member.id`,
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
    `SELECT wanted.id FROM unnest($2::bigint[]) AS wanted(id)
     CROSS JOIN LATERAL (SELECT present FROM cohort_relay.member_state
       WHERE cohort = $1 AND id = wanted.id OFFSET 0) AS state WHERE state.present`,
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
