import { asRemoved } from '../../intake/as-removed.ts'
import type { Sync } from '../../intake/place-half.ts'
import { presentBefore, type MemberLayers } from '../../intake/present-before.ts'
import type { Queries } from './database.ts'
import { fromReceipt } from './receipt.ts'
import { number, numberOrNull } from './row.ts'

/** Members of one half that are looked at when a difference is compared with a state. */
const largestSample = 10_000

/** True when somebody is in both halves. */
export const overlaps = async (queries: Queries, { add, remove }: Sync): Promise<boolean> => {
  const added = new Set(await namedBy(queries, add))
  return (await namedBy(queries, remove)).some((id) => added.has(id))
}

/** See `SyncEvidence.misfits`. */
export const countMisfits = async (
  queries: Queries,
  { difference, cohort }: { readonly difference: Sync; readonly cohort: number },
  without: readonly Sync[],
): Promise<number> => {
  const ignored = new Set(without.map(({ id }) => id))
  const [added, removed] = [await namedBy(queries, difference.add), await namedBy(queries, difference.remove)]
  const known = await layersOf(queries, cohort, [...new Set([...added, ...removed])])
  const wasPresent = (id: number): boolean => {
    const layers = known.get(id)
    return layers !== undefined && presentBefore(layers, difference.id, ignored)
  }
  return added.filter(wasPresent).length + removed.filter((id) => !wasPresent(id)).length
}

const namedBy = async (queries: Queries, session: number | null): Promise<number[]> => {
  const ids: number[] = []
  let page: number | undefined = 0
  while (page !== undefined && ids.length < largestSample) {
    const row = await queries.one(
      `SELECT id, receipt FROM cohort_relay.page WHERE session = $1 AND id > $2 AND receipt IS NOT NULL
       ORDER BY id LIMIT 1`,
      [session, page],
    )
    if (row !== undefined) ids.push(...fromReceipt(row['receipt'] as Uint8Array))
    page = row && number(row, 'id')
  }
  return ids
}

const layersOf = async (
  queries: Queries,
  cohort: number,
  ids: readonly number[],
): Promise<Map<number, MemberLayers>> => {
  const rows = await queries.all(
    `SELECT state.id, state.present, held.member IS NOT NULL AS is_held, held.sync AS held_by,
       layers.syncs, layers.were_present
     FROM cohort_relay.member_state AS state
     LEFT JOIN cohort_relay.held_removal AS held ON held.cohort = $1 AND held.member = state.id
     CROSS JOIN LATERAL (SELECT array_agg(sync ORDER BY sync) AS syncs,
       array_agg(was_present ORDER BY sync) AS were_present
       FROM cohort_relay.sync_member WHERE member = state.id) AS layers
     WHERE state.cohort = $1 AND state.id = ANY($2::bigint[])`,
    [cohort, ids],
  )
  return new Map(
    rows.map((row) => {
      const syncs = ((row['syncs'] ?? []) as readonly unknown[]).map(Number)
      const present = (row['were_present'] ?? []) as readonly boolean[]
      const layers = syncs.map((sync, index) => ({ sync, wasPresent: present[index] === true }))
      const known = { layers, isPresent: row['present'] === true }
      const isHeld = row['is_held'] === true
      return [number(row, 'id'), isHeld ? asRemoved(known, numberOrNull(row, 'held_by')) : known] as const
    }),
  )
}
