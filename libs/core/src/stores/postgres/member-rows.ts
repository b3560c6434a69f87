import type { Queries } from './database.ts'
import { number } from './row.ts'

export interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

/**
 * A list of members to be altered, with their cohort ($1) in each row. Were the cohort compared with a constant, a planner
 * that thinks it small, as it does of every new one, would read all of it for each member. OFFSET 0 keeps the list first.
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
    // LIMIT keeps a planner that thinks the cohort small from reading all of it.
    `SELECT wanted.key, known.id, state.present, state.fingerprint FROM unnest($2::text[]) AS wanted(key)
     CROSS JOIN LATERAL (SELECT id FROM cohort_relay.member
       WHERE cohort = $1 AND member.key = wanted.key COLLATE "C" LIMIT 1) AS known
     CROSS JOIN LATERAL (SELECT present, fingerprint FROM cohort_relay.member_state
       WHERE cohort = $1 AND id = known.id LIMIT 1) AS state`,
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
