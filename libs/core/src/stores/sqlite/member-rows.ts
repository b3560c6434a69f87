import type { DatabaseSync } from 'node:sqlite'
import type { PageMember } from '../../webhook/cohort-page.ts'
import { propertiesText } from '../../webhook/properties-text.ts'
import { fingerprint } from '../fingerprint.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { number } from './row.ts'

/** A member of a page as it is looked up and stored. */
interface Incoming {
  readonly key: string
  readonly keyHash: number
  readonly properties: string
  readonly fingerprint: number
}

interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

const prepare = (database: DatabaseSync) => ({
  candidates: database.prepare(
    `SELECT k.id AS id, s.present AS present, s.fingerprint AS fingerprint
     FROM member_key k JOIN member_state s ON s.id = k.id WHERE k.cohort = ? AND k.key_hash = ?`,
  ),
  keyOf: database.prepare('SELECT key FROM member WHERE id = ?'),
  insertMember: database.prepare('INSERT INTO member(cohort, key, properties) VALUES(?, ?, ?)'),
  insertState: database.prepare('INSERT INTO member_state VALUES(?, ?, 1, ?, ?, NULL)'),
  insertKey: database.prepare('INSERT INTO member_key VALUES(?, ?, ?)'),
  updateState: database.prepare(
    `UPDATE member_state SET present_since = CASE present WHEN 1 THEN coalesce(present_since, sequence) END,
       present = 1, sequence = ?, fingerprint = ? WHERE id = ?`,
  ),
  isPresent: database.prepare('SELECT present FROM member_state WHERE id = ?'),
  enter: database.prepare('UPDATE member_state SET present = 1, sequence = ? WHERE id = ?'),
  remember: database.prepare('INSERT OR IGNORE INTO sync_member VALUES(?, ?, ?)'),
  hold: database.prepare('INSERT OR IGNORE INTO held_removal VALUES(?, ?, ?)'),
  release: database.prepare('DELETE FROM held_removal WHERE member = ? RETURNING sync'),
  leave: database.prepare(
    'UPDATE member_state SET present = 0, present_since = NULL, sequence = ? WHERE id = ?',
  ),
  keepVersion: database.prepare(
    'INSERT INTO member_version SELECT id, ?, cohort, properties FROM member WHERE id = ?',
  ),
  updateProperties: database.prepare('UPDATE member SET properties = ? WHERE id = ?'),
})

/** Members of a cohort: each real change takes the next number of the cohort's sequence, anything else writes nothing. */
export class MemberRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  /** Returns the member's row. */
  add(tally: CohortTally, member: PageMember): number {
    const properties = propertiesText(member, tally.keep)
    const incoming = {
      key: member.id,
      keyHash: fingerprint(member.id),
      properties,
      fingerprint: fingerprint(properties),
    }
    const found = this.#find(tally.cohort, incoming)
    if (found === undefined) return this.#insert(tally, incoming)
    if (found.present) this.#release(tally, found.id)
    if (found.present && found.fingerprint === incoming.fingerprint) tally.unchanged++
    else this.#change(tally, found, incoming)
    return found.id
  }

  /** Returns the member's row, or undefined for one never seen. The last properties stay, to remove her by. */
  remove(tally: CohortTally, { id }: PageMember): number | undefined {
    const found = this.find(tally.cohort, id)
    if (found?.present === true) this.removeRow(tally, found.id)
    else tally.unchanged++
    return found?.id
  }

  /** Like `remove`, but she stays until her removal is approved. */
  hold(tally: CohortTally, { id }: PageMember): number | undefined {
    const found = this.find(tally.cohort, id)
    if (found?.present === true) this.holdRow(tally, found.id)
    tally.unchanged++
    return found?.id
  }

  holdRow(tally: CohortTally, row: number): void {
    if (!this.isPresent(row)) return
    tally.held += Number(this.#statements.hold.run(row, tally.cohort, tally.sync).changes)
  }

  isPresent(row: number): boolean {
    return this.#statements.isPresent.get(row)?.['present'] === 1
  }

  find(cohort: number, id: string): Pick<Found, 'id' | 'present'> | undefined {
    return this.#find(cohort, { key: id, keyHash: fingerprint(id) })
  }

  /** She is named again: as if the removal had been carried out and she had come back. */
  #release(tally: CohortTally, row: number): void {
    const released = tally.held > 0 ? this.#statements.release.get(row) : undefined
    if (released === undefined) return
    tally.held--
    const { sync } = released
    if (tally.sync === null || typeof sync !== 'number') return
    this.#statements.remember.run(row, sync, 1)
    this.#statements.remember.run(row, tally.sync, 0)
  }

  removeRow(tally: CohortTally, row: number): void {
    if (tally.held > 0) tally.held -= this.#statements.release.all(row).length
    this.#remember(tally, row, true)
    this.#statements.leave.run(++tally.sequence, row)
    tally.members--
    tally.removed++
  }

  /** A member known by her row is in the cohort or not; properties stay. */
  setPresent(tally: CohortTally, row: number, present: boolean): void {
    if (present) this.#release(tally, row)
    if (this.isPresent(row) === present) tally.unchanged++
    else if (present) this.#enterRow(tally, row)
    else this.removeRow(tally, row)
  }

  #enterRow(tally: CohortTally, row: number): void {
    this.#remember(tally, row, false)
    this.#statements.enter.run(++tally.sequence, row)
    tally.members++
    tally.added++
  }

  #remember(tally: CohortTally, row: number, wasPresent: boolean): void {
    if (tally.sync !== null) this.#statements.remember.run(row, tally.sync, Number(wasPresent))
  }

  #find(cohort: number, sought: Pick<Incoming, 'key' | 'keyHash'> & Partial<Incoming>): Found | undefined {
    for (const row of this.#statements.candidates.all(cohort, sought.keyHash)) {
      const id = number(row['id'])
      // Two equal hashes, of the id and of the properties, need no look at the member itself.
      if (row['fingerprint'] === sought.fingerprint || this.#statements.keyOf.get(id)?.['key'] === sought.key)
        return { id, present: row['present'] === 1, fingerprint: number(row['fingerprint']) }
    }
    return undefined
  }

  #insert(tally: CohortTally, { key, keyHash, properties, fingerprint: print }: Incoming): number {
    const { insertMember, insertState, insertKey } = this.#statements
    const id = Number(insertMember.run(tally.cohort, key, properties).lastInsertRowid)
    insertState.run(id, tally.cohort, ++tally.sequence, print)
    insertKey.run(tally.cohort, keyHash, id)
    this.#remember(tally, id, false)
    tally.members++
    tally.added++
    return id
  }

  #change(tally: CohortTally, found: Found, incoming: Incoming): void {
    const { keepVersion, updateProperties, updateState } = this.#statements
    const sequence = ++tally.sequence
    if (found.fingerprint !== incoming.fingerprint) {
      if (tally.keepVersions) keepVersion.run(sequence, found.id)
      updateProperties.run(incoming.properties, found.id)
    }
    updateState.run(sequence, incoming.fingerprint, found.id)
    if (found.present) tally.updated++
    else {
      this.#remember(tally, found.id, false)
      tally.added++
      tally.members++
    }
  }
}
