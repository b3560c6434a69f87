import { isMassRemoval } from '../../intake/mass-removal.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { QueuedSession } from '../queued-session.ts'
import { countPage } from './apply-pages.ts'
import type { Queries } from './database.ts'
import { removeRows } from './remove-members.ts'
import type { PageReader } from './page-rows.ts'
import { holdPlan, isHeld, planState, supersedePlans } from './removal-plans.ts'
import { number, numberOrNull } from './row.ts'

/** Members let go or forgotten in one go. */
const membersAtOnce = 1000

/** Removals of one sync that are so many that they wait for approval. */
export class RemovalRows {
  readonly #queries: Queries
  readonly #reader: PageReader

  constructor(queries: Queries, reader: PageReader) {
    this.#queries = queries
    this.#reader = reader
  }

  /** Notes when the session begins, and how large the cohort is before it. Safe to repeat. */
  async begin({ id, now }: QueuedSession, { members }: CohortTally): Promise<void> {
    await this.#queries.run(
      `UPDATE cohort_relay.session SET members_before = $1, begun_at = coalesce(begun_at, $3)
       WHERE id = $2 AND members_before IS NULL`,
      [members, id, now],
    )
  }

  /**
   * Counts whom the pages of a half would remove, one page at a time, and holds the half if they are too many. False once
   * that is decided, so that its pages may be applied.
   */
  async judgePages(session: QueuedSession, tally: CohortTally): Promise<boolean> {
    if (session.action !== 'remove') return false
    const row = await this.#counted(session.id)
    const members = numberOrNull(row, 'base') ?? tally.members
    // As long as all of them might go unheld, there is nothing to count.
    if (!isMass(session, tally, { leaving: members, members })) return false
    const [page, leaving] = [number(row, 'counted_page'), number(row, 'removals')]
    const { id, cohort } = session
    const counted = await countPage(this.#queries, this.#reader, { session: id, cohort, page })
    if (counted === undefined)
      return isMass(session, tally, { leaving, members }) && (await holdPlan(this.#queries, session))
    await this.#queries.run(
      'UPDATE cohort_relay.session SET counted_page = $2, removals = removals + $3 WHERE id = $1',
      [id, counted.page, counted.present],
    )
    return true
  }

  /** True when those whom a whole full set no longer names have to wait. */
  async judgeLeavers(session: QueuedSession, tally: CohortTally, leaving: number): Promise<boolean> {
    const members = numberOrNull(await this.#counted(session.id), 'base') ?? tally.members
    if (isMass(session, tally, { leaving, members })) await holdPlan(this.#queries, session)
    return isHeld(this.#queries, session.id)
  }

  #counted(session: number) {
    return this.#queries.one(
      `SELECT session.counted_page, session.removals, coalesce(adding.members_before, session.members_before) AS base
       FROM cohort_relay.session LEFT JOIN cohort_relay.sync ON sync.id = session.sync
       LEFT JOIN cohort_relay.session AS adding ON adding.id = sync.add_session AND adding.id < session.id
       WHERE session.id = $1`,
      [session],
    )
  }

  /** A full set is whole: it alone says who leaves. False when nothing older is left to forget. */
  async forgetOlder({ id, cohort }: QueuedSession, tally: CohortTally): Promise<boolean> {
    if (tally.held === 0 || (await planState(this.#queries, id)) !== undefined) return false
    await supersedePlans(this.#queries, cohort)
    const forgotten = await this.#queries.run(
      `DELETE FROM cohort_relay.held_removal WHERE cohort = $1 AND member IN (
         SELECT member FROM cohort_relay.held_removal WHERE cohort = $1 LIMIT $2)`,
      [cohort, membersAtOnce],
    )
    tally.held -= forgotten
    return forgotten > 0
  }

  /** Returns how many removals the session, which is finished, left waiting. */
  async finish({ id, cohort }: QueuedSession, { held }: CohortTally): Promise<number> {
    if (held === 0) await supersedePlans(this.#queries, cohort)
    return (await isHeld(this.#queries, id)) ? held : 0
  }

  /** Carries out some of what was approved. True when nothing is left of it. */
  async removeSome({ id, cohort }: QueuedSession, tally: CohortTally): Promise<boolean> {
    const rows = await this.#queries.all(
      `SELECT member, sync.id AS sync FROM (
         SELECT member, sync FROM cohort_relay.held_removal WHERE cohort = $1 LIMIT $2) AS held
       LEFT JOIN cohort_relay.sync ON sync.id = held.sync AND sync.state = 'kept'`,
      [cohort, membersAtOnce],
    )
    // They belong to the sync that named them, as long as that can be taken back.
    for (const [sync, members] of Map.groupBy(rows, (row) => numberOrNull(row, 'sync'))) {
      tally.sync = sync
      const ids = members.map((row) => number(row, 'member'))
      await removeRows(this.#queries, tally, ids)
    }
    if (rows.length === membersAtOnce) return false
    await this.#queries.run("UPDATE cohort_relay.removal_plan SET state = 'done' WHERE session = $1", [id])
    return true
  }
}

const isMass = (
  { settings }: QueuedSession,
  { isFirstSync }: CohortTally,
  counts: { readonly leaving: number; readonly members: number },
): boolean => isMassRemoval({ ...counts, isFirstSync }, settings)
