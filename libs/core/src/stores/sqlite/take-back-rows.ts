import type { DatabaseSync } from 'node:sqlite'
import type { CohortTally } from '../cohort-tally.ts'
import type { MemberRows } from './member-rows.ts'
import { number, type Row } from './row.ts'

/** Members taken back in one go. */
const membersAtOnce = 1000

const prepare = (database: DatabaseSync) => ({
  newest: database.prepare("SELECT max(id) AS id FROM sync WHERE cohort = ? AND state = 'taken-back'"),
  some: database.prepare('SELECT member, was_present FROM sync_member WHERE sync = ? LIMIT ?'),
  unhold: database.prepare(
    'DELETE FROM held_removal WHERE member IN (SELECT member FROM held_removal WHERE sync = ? LIMIT ?)',
  ),
  later: database.prepare('SELECT min(sync) AS sync FROM sync_member WHERE member = ? AND sync > ?'),
  rewrite: database.prepare('UPDATE sync_member SET was_present = ? WHERE member = ? AND sync = ?'),
  done: database.prepare('DELETE FROM sync_member WHERE member = ? AND sync = ?'),
  end: database.prepare('DELETE FROM sync WHERE id = ?'),
  forgotten: database.prepare(`SELECT id FROM sync WHERE state = 'forgotten' ORDER BY id LIMIT 1`),
  age: database.prepare("UPDATE sync SET state = 'forgotten' WHERE state = 'kept' AND opened_at < ?"),
})

/** Undoes what syncs that failed had changed, and deletes what can no longer be undone. */
export class TakeBackRows {
  readonly #statements: ReturnType<typeof prepare>
  readonly #members: MemberRows

  constructor(database: DatabaseSync, members: MemberRows) {
    this.#statements = prepare(database)
    this.#members = members
  }

  /** False when nothing is left to take back. The newest goes first, so that states follow each other backwards. */
  takeBackSome(tally: CohortTally): boolean {
    const { newest, some, end, unhold } = this.#statements
    const sync = newest.get(tally.cohort)?.['id']
    if (typeof sync !== 'number') return false
    const unheld = Number(unhold.run(sync, membersAtOnce).changes)
    tally.held -= unheld
    if (unheld > 0) return true
    const rows = some.all(sync, membersAtOnce)
    const working = tally.sync
    // Undoing is no change of the sync that is being worked on.
    tally.sync = null
    for (const row of rows) this.#takeBack(tally, sync, row)
    tally.sync = working
    if (rows.length < membersAtOnce) end.run(sync)
    return true
  }

  #takeBack(tally: CohortTally, sync: number, row: Row): void {
    const { later, rewrite, done } = this.#statements
    const [member, wasPresent] = [number(row['member']), number(row['was_present'])]
    const newer = later.get(member, sync)?.['sync']
    // Something newer decided of this member: without this sync it would have found her as she was before it.
    if (typeof newer === 'number') rewrite.run(wasPresent, member, newer)
    else this.#members.setPresent(tally, member, wasPresent === 1)
    done.run(member, sync)
  }

  /** False when there is nothing to delete. */
  forgetSome(before: Date): boolean {
    const { age, forgotten, some, done, end } = this.#statements
    age.run(before.getTime())
    const sync = forgotten.get()?.['id']
    if (typeof sync !== 'number') return false
    const rows = some.all(sync, membersAtOnce)
    for (const { member } of rows) done.run(member!, sync)
    if (rows.length < membersAtOnce) end.run(sync)
    return true
  }
}
