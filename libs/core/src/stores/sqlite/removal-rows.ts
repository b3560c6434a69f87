import type { DatabaseSync } from 'node:sqlite'
import { isMassRemoval } from '../../intake/mass-removal.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { MemberRows } from './member-rows.ts'
import { number } from './row.ts'
import type { QueuedSession } from '../queued-session.ts'

/** Members let go or forgotten in one go. */
const membersAtOnce = 1000

const prepare = (database: DatabaseSync) => ({
  begin: database.prepare(
    `UPDATE session SET members_before = ?, begun_at = coalesce(begun_at, ?) WHERE id = ? AND members_before IS NULL`,
  ),
  counted: database.prepare(
    `SELECT session.counted_page, session.removals, coalesce(adding.members_before, session.members_before) AS base
     FROM session LEFT JOIN sync ON sync.id = session.sync
     LEFT JOIN session AS adding ON adding.id = sync.add_session AND adding.id < session.id WHERE session.id = ?`,
  ),
  count: database.prepare('UPDATE session SET counted_page = ?, removals = removals + ? WHERE id = ?'),
  plan: database.prepare('SELECT state FROM removal_plan WHERE session = ?'),
  hold: database.prepare("INSERT OR IGNORE INTO removal_plan VALUES(?, ?, 'held', ?)"),
  supersede: database.prepare(
    "UPDATE removal_plan SET state = 'superseded' WHERE cohort = ? AND state = 'held' AND session <> ?",
  ),
  supersedeAll: database.prepare(
    "UPDATE removal_plan SET state = 'superseded' WHERE cohort = ? AND state = 'held'",
  ),
  done: database.prepare("UPDATE removal_plan SET state = 'done' WHERE session = ?"),
  some: database.prepare('SELECT member, sync FROM held_removal WHERE cohort = ? LIMIT ?'),
  forget: database.prepare(
    'DELETE FROM held_removal WHERE member IN (SELECT member FROM held_removal WHERE cohort = ? LIMIT ?)',
  ),
  isKept: database.prepare("SELECT 1 FROM sync WHERE id = ? AND state = 'kept'"),
})

export interface RemovalParts {
  readonly members: MemberRows
  readonly countAfter: CountAfter
}

/** Removals of one sync that are so many that they wait for approval. */
export class RemovalRows {
  readonly #statements: ReturnType<typeof prepare>
  readonly #parts: RemovalParts

  constructor(database: DatabaseSync, parts: RemovalParts) {
    this.#statements = prepare(database)
    this.#parts = parts
  }

  /** Notes when the session begins, and how large the cohort is before it. Safe to repeat. */
  begin({ id, now }: QueuedSession, { members }: CohortTally): void {
    this.#statements.begin.run(members, now.getTime(), id)
  }

  isHeld(session: number): boolean {
    return this.#statements.plan.get(session)?.['state'] === 'held'
  }

  /**
   * Counts whom the pages of a half would remove, one page at a time, and holds the half if they are too many. False once
   * that is decided, so that its pages may be applied.
   */
  judgePages(session: QueuedSession, tally: CohortTally): boolean {
    if (session.action !== 'remove') return false
    const row = this.#statements.counted.get(session.id)
    const members = number(row?.['base'] ?? tally.members)
    // As long as all of them might go unheld, there is nothing to count.
    if (!isMass(session, tally, { leaving: members, members })) return false
    const counted = this.#parts.countAfter(session, number(row?.['counted_page']))
    if (counted === undefined)
      return isMass(session, tally, { leaving: number(row?.['removals']), members }) && this.#hold(session)
    this.#statements.count.run(counted.page, counted.present, session.id)
    return true
  }

  /** True when those whom a whole full set no longer names have to wait. */
  judgeLeavers(session: QueuedSession, tally: CohortTally, leaving: number): boolean {
    const members = number(this.#statements.counted.get(session.id)?.['base'] ?? tally.members)
    if (isMass(session, tally, { leaving, members })) this.#hold(session)
    return this.isHeld(session.id)
  }

  #hold({ id, cohort, now }: QueuedSession): boolean {
    const { hold, supersede } = this.#statements
    if (hold.run(id, cohort, now.getTime()).changes === 0) return false
    supersede.run(cohort, id)
    return true
  }

  /** A full set is whole: it alone says who leaves. False when nothing older is left to forget. */
  forgetOlder({ id, cohort }: QueuedSession, tally: CohortTally): boolean {
    if (tally.held === 0 || this.#statements.plan.get(id) !== undefined) return false
    this.#statements.supersedeAll.run(cohort)
    const forgotten = Number(this.#statements.forget.run(cohort, membersAtOnce).changes)
    tally.held -= forgotten
    return forgotten > 0
  }

  /** Returns how many removals the session, which is finished, left waiting. */
  finish({ id, cohort }: QueuedSession, { held }: CohortTally): number {
    if (held === 0) this.#statements.supersedeAll.run(cohort)
    return this.isHeld(id) ? held : 0
  }

  /** Carries out some of what was approved. True when nothing is left of it. */
  removeSome({ id, cohort }: QueuedSession, tally: CohortTally): boolean {
    const { some, isKept, done } = this.#statements
    const rows = some.all(cohort, membersAtOnce)
    for (const { member, sync } of rows) {
      // They belong to the sync that named them, as long as that can be taken back.
      tally.sync = sync !== null && isKept.get(number(sync)) !== undefined ? number(sync) : null
      this.#parts.members.removeRow(tally, number(member))
    }
    if (rows.length === membersAtOnce) return false
    done.run(id)
    return true
  }
}

/** The next page after this one that waits: how many it names who are in the cohort. */
export type CountAfter = (
  session: QueuedSession,
  page: number,
) => { readonly page: number; readonly present: number } | undefined

const isMass = (
  { settings }: QueuedSession,
  { isFirstSync }: CohortTally,
  counts: { readonly leaving: number; readonly members: number },
): boolean => isMassRemoval({ ...counts, isFirstSync }, settings)
