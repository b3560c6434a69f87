import { withSync, type KnownSync } from '../../ledger/sync-rhythm.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { Queries } from './database.ts'
import { keptOf } from './keep-rows.ts'
import { number } from './row.ts'

/** Where the step begins: nothing is counted yet. */
export const beginTally = async (
  queries: Queries,
  { cohort, sync, accountId }: QueuedSession,
): Promise<CohortTally> => {
  const row = await queries.one(
    `SELECT sequence, members, held_members, last_sync_at, EXISTS(SELECT FROM cohort_relay.feed
       WHERE feed.cohort = cohort.id AND (cursor > 0 OR audience_id IS NOT NULL OR former_views::text <> '[]')) AS told
     FROM cohort_relay.cohort WHERE id = $1`,
    [cohort],
  )
  return {
    cohort,
    sync,
    keep: await keptOf(queries, accountId),
    keepVersions: row?.['told'] === true,
    sequence: number(row, 'sequence'),
    members: number(row, 'members'),
    held: number(row, 'held_members'),
    isFirstSync: row?.['last_sync_at'] === null,
    added: 0,
    removed: 0,
    updated: 0,
    unchanged: 0,
  }
}

interface ChangeOrigin {
  readonly tally: CohortTally
  /** The cohort's sequence before the changes. */
  readonly after: number
  /** Null: the end of a full set that no longer named somebody. */
  readonly pageKey: string | null
}

/** Where changes came from. */
export const recordOrigin = async (
  queries: Queries,
  session: Pick<QueuedSession, 'id' | 'cohort' | 'now'>,
  { tally, after, pageKey }: ChangeOrigin,
): Promise<void> => {
  if (tally.sequence <= after) return
  await queries.run('INSERT INTO cohort_relay.change_origin VALUES($1, $2, $3, $4, $5)', [
    session.cohort,
    after + 1,
    session.id,
    pageKey,
    session.now,
  ])
}

/** What a step of applying a session did to its cohort. */
export const recordStep = async (
  queries: Queries,
  session: QueuedSession,
  { tally, finished }: { readonly tally: CohortTally; readonly finished: boolean },
): Promise<void> => {
  const { id, cohort, now } = session
  await queries.run(
    `UPDATE cohort_relay.cohort SET sequence = $2, members = $3, held_members = $4,
       last_sync_at = coalesce($5, last_sync_at) WHERE id = $1`,
    [cohort, tally.sequence, tally.members, tally.held, finished ? now : null],
  )
  if (tally.added + tally.removed + tally.updated > 0) await markOwed(queries, cohort, now)
  await queries.run(
    finished
      ? "UPDATE cohort_relay.session SET steps = steps + 1, state = 'applied', applied_at = $2 WHERE id = $1"
      : 'UPDATE cohort_relay.session SET steps = steps + 1 WHERE id = $1',
    finished ? [id, now] : [id],
  )
  if (finished) await rememberSync(queries, cohort, { sync: tally.sync, at: now.getTime() })
}

/**
 * Locked by a statement of its own: a turn that ends at this moment may be about to say that nothing is owed. Either it
 * sees the new sequence, or this sees what it said.
 */
const markOwed = async (queries: Queries, cohort: number, now: Date): Promise<void> => {
  await queries.run('SELECT FROM cohort_relay.feed WHERE cohort = $1 ORDER BY id FOR NO KEY UPDATE', [cohort])
  await queries.run(
    `UPDATE cohort_relay.feed SET due_at = $1 WHERE cohort = $2
     AND (due_at IS NULL OR (last_error IS NULL AND due_at > $1))`,
    [now, cohort],
  )
}

const rememberSync = async (queries: Queries, cohort: number, applied: KnownSync): Promise<void> => {
  const row = await queries.one('SELECT recent_syncs FROM cohort_relay.cohort WHERE id = $1', [cohort])
  const known = row?.['recent_syncs'] as KnownSync[]
  await queries.run('UPDATE cohort_relay.cohort SET recent_syncs = $2 WHERE id = $1', [
    cohort,
    JSON.stringify(withSync(known, applied)),
  ])
}
