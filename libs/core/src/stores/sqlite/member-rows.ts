import type { DatabaseSync } from 'node:sqlite'
import type { PageMember } from '../../webhook/cohort-page.ts'
import { propertiesText } from '../../webhook/properties-text.ts'
import { fingerprint } from './fingerprint.ts'
import { number } from './row.ts'

/** What applying members to one cohort did, and the counters that go back to its row. */
export interface CohortTally {
  readonly cohort: number
  /** True when a destination may know older properties, so that they are kept until it is told the new ones. */
  readonly keepVersions: boolean
  sequence: number
  members: number
  added: number
  removed: number
  updated: number
  unchanged: number
}

interface Found {
  readonly id: number
  readonly present: boolean
  readonly fingerprint: number
}

/** Members of a cohort: each real change takes the next number of the cohort's sequence, anything else writes nothing. */
export const memberRows = (database: DatabaseSync) => {
  const candidates = database.prepare(
    `SELECT k.id AS id, s.present AS present, s.fingerprint AS fingerprint
     FROM member_key k JOIN member_state s ON s.id = k.id WHERE k.cohort = ? AND k.key_hash = ?`,
  )
  const keyOf = database.prepare('SELECT key FROM member WHERE id = ?')
  const insertMember = database.prepare('INSERT INTO member(cohort, key, properties) VALUES(?, ?, ?)')
  const insertState = database.prepare('INSERT INTO member_state VALUES(?, ?, 1, ?, ?)')
  const insertKey = database.prepare('INSERT INTO member_key VALUES(?, ?, ?)')
  const updateState = database.prepare(
    'UPDATE member_state SET present = 1, sequence = ?, fingerprint = ? WHERE id = ?',
  )
  const leave = database.prepare('UPDATE member_state SET present = 0, sequence = ? WHERE id = ?')
  const keepVersion = database.prepare(
    'INSERT INTO member_version SELECT id, ?, cohort, properties FROM member WHERE id = ?',
  )
  const updateProperties = database.prepare('UPDATE member SET properties = ? WHERE id = ?')

  const find = (cohort: number, key: string, keyHash: number, expected?: number): Found | undefined => {
    for (const row of candidates.all(cohort, keyHash)) {
      const id = number(row['id'])
      // Two equal hashes, of the id and of the properties, need no look at the member itself.
      if (row['fingerprint'] === expected || keyOf.get(id)?.['key'] === key)
        return { id, present: row['present'] === 1, fingerprint: number(row['fingerprint']) }
    }
    return undefined
  }

  const insert = (
    tally: CohortTally,
    key: string,
    keyHash: number,
    properties: { text: string; print: number },
  ) => {
    const id = Number(insertMember.run(tally.cohort, key, properties.text).lastInsertRowid)
    insertState.run(id, tally.cohort, ++tally.sequence, properties.print)
    insertKey.run(tally.cohort, keyHash, id)
    tally.members++
    tally.added++
    return id
  }

  const change = (tally: CohortTally, found: Found, properties: { text: string; print: number }): void => {
    const sequence = ++tally.sequence
    if (found.fingerprint !== properties.print) {
      if (tally.keepVersions) keepVersion.run(sequence, found.id)
      updateProperties.run(properties.text, found.id)
    }
    updateState.run(sequence, properties.print, found.id)
    if (found.present) tally.updated++
    else {
      tally.added++
      tally.members++
    }
  }

  const remove = (tally: CohortTally, id: number): void => {
    leave.run(++tally.sequence, id)
    tally.members--
    tally.removed++
  }

  return {
    /** Returns the member's row. */
    add: (tally: CohortTally, member: PageMember): number => {
      const [keyHash, text] = [fingerprint(member.id), propertiesText(member)]
      const properties = { text, print: fingerprint(text) }
      const found = find(tally.cohort, member.id, keyHash, properties.print)
      if (found === undefined) return insert(tally, member.id, keyHash, properties)
      if (found.present && found.fingerprint === properties.print) tally.unchanged++
      else change(tally, found, properties)
      return found.id
    },
    /** Returns the member's row, or undefined for one never seen. The last properties stay, to remove her by. */
    remove: (tally: CohortTally, member: PageMember): number | undefined => {
      const found = find(tally.cohort, member.id, fingerprint(member.id))
      if (found?.present === true) remove(tally, found.id)
      else tally.unchanged++
      return found?.id
    },
    removeRow: remove,
  }
}
