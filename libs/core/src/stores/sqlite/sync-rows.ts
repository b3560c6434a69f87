import type { DatabaseSync } from 'node:sqlite'
import { asRemoved } from '../../intake/as-removed.ts'
import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import type { HalfAction, Pairing, Sync } from '../../intake/place-half.ts'
import { presentBefore, type MemberLayers } from '../../intake/present-before.ts'
import { fromReceipt } from './receipt.ts'
import { number, text, type Row } from './row.ts'

/** Members of one half that are looked at when a difference is compared with a state. */
const largestSample = 10_000

const prepare = (database: DatabaseSync) => ({
  pairing: database.prepare('SELECT pairing FROM cohort WHERE id = ?'),
  recordPairing: database.prepare('UPDATE cohort SET pairing = ? WHERE id = ?'),
  reconcile: database.prepare('UPDATE cohort SET reconcile_reason = ? WHERE id = ?'),
  named: database.prepare(
    'UPDATE cohort SET named_since = (SELECT begun_at FROM session WHERE id = ?) WHERE id = ?',
  ),
  kept: database.prepare("SELECT * FROM sync WHERE cohort = ? AND state = 'kept' ORDER BY id"),
  open: database.prepare(
    "INSERT INTO sync(cohort, external_id, state, opened_at) VALUES(?, ?, 'kept', ?) RETURNING id",
  ),
  add: database.prepare('UPDATE sync SET add_session = ? WHERE id = ?'),
  remove: database.prepare('UPDATE sync SET remove_session = ? WHERE id = ?'),
  assign: database.prepare('UPDATE session SET sync = ? WHERE id = ?'),
  judged: database.prepare('UPDATE session SET judged = 1 WHERE id = ?'),
  forget: database.prepare("UPDATE sync SET state = 'forgotten' WHERE cohort = ? AND state = 'kept'"),
  takeBack: database.prepare("UPDATE sync SET state = 'taken-back' WHERE id = ?"),
  applyAgain: database.prepare('UPDATE page SET pending = 1 WHERE session = ?'),
  receipts: database.prepare(
    'SELECT receipt FROM page WHERE session = ? AND receipt IS NOT NULL ORDER BY id',
  ),
  externalId: database.prepare('SELECT external_id FROM session WHERE id = ?'),
  lastPage: database.prepare('SELECT id, repeats FROM page WHERE session IN (?, ?) ORDER BY id DESC LIMIT 1'),
  doubt: database.prepare('UPDATE sync SET uncertain = ? WHERE id = ? AND uncertain = 0'),
  certain: database.prepare('UPDATE sync SET uncertain = 0 WHERE id = ?'),
  externalIds: database.prepare('SELECT count(DISTINCT external_id) AS ids FROM session WHERE id IN (?, ?)'),
  layersOf: database.prepare('SELECT sync, was_present FROM sync_member WHERE member = ? ORDER BY sync'),
  heldBy: database.prepare('SELECT sync FROM held_removal WHERE member = ?'),
  isPresent: database.prepare('SELECT present FROM member_state WHERE id = ?'),
})

/** Syncs by difference of all cohorts, and what they changed. */
export class SyncRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  pairing(cohort: number): Pairing {
    return text(this.#statements.pairing.get(cohort)?.['pairing']) as Pairing
  }

  recordPairing(cohort: number, pairing: Pairing): void {
    this.#statements.recordPairing.run(pairing, cohort)
  }

  recordReconcile(cohort: number, reason: string | null): void {
    this.#statements.reconcile.run(reason, cohort)
  }

  /** Everybody who is in the cohort was named by the session. */
  recordNamed(cohort: number, session: number): void {
    this.#statements.named.run(session, cohort)
  }

  kept(cohort: number): Sync[] {
    return this.#statements.kept.all(cohort).map(toSync)
  }

  open(cohort: number, externalId: string, at: Date): number {
    return number(this.#statements.open.get(cohort, externalId, at.getTime())?.['id'])
  }

  assign(sync: number, action: HalfAction, session: number): void {
    this.#statements[action].run(session, sync)
  }

  /** The session's changes belong to the sync. */
  adopt(session: number, sync: number): void {
    this.#statements.assign.run(sync, session)
  }

  recordJudged(session: number): void {
    this.#statements.judged.run(session)
  }

  takeBack(sync: number): void {
    this.#statements.takeBack.run(sync)
  }

  /** The state of the cohort is Mixpanel's: nothing before can be taken back any more. */
  forgetAll(cohort: number): void {
    this.#statements.forget.run(cohort)
  }

  applyAgain(session: number): void {
    this.#statements.applyAgain.run(session)
  }

  externalId(session: number | null): string | undefined {
    const row = session === null ? undefined : this.#statements.externalId.get(session)
    return row && text(row['external_id'])
  }

  /**
   * True when its last page was given up, also where that was noticed before: what was said of the cohort meanwhile no longer
   * holds. Any other page was followed by one, so its answer arrived.
   */
  recordDoubt({ id, add, remove }: Sync): boolean {
    const page = this.#statements.lastPage.get(add, remove)
    const isGivenUp = page !== undefined && readRepeat(number(page['repeats'])) === 'given-up'
    if (isGivenUp) this.#statements.doubt.run(page['id']!, id)
    return isGivenUp
  }

  recordCertain(sync: number): void {
    this.#statements.certain.run(sync)
  }

  sharesSession({ add, remove }: Sync): boolean {
    return this.#statements.externalIds.get(add, remove)?.['ids'] === 1
  }

  overlaps({ add, remove }: Sync): boolean {
    const added = new Set(this.#named(add))
    return this.#named(remove).some((row) => added.has(row))
  }

  misfits(difference: Sync, without: readonly Sync[]): number {
    const ignored = new Set(without.map(({ id }) => id))
    const wasPresent = (row: number): boolean => this.#wasPresent(row, difference.id, ignored)
    const present = this.#named(difference.add).filter(wasPresent).length
    return present + this.#named(difference.remove).filter((row) => !wasPresent(row)).length
  }

  #wasPresent(row: number, sync: number, ignored: ReadonlySet<number>): boolean {
    const layers = this.#statements.layersOf.all(row).map((layer) => ({
      sync: number(layer['sync']),
      wasPresent: layer['was_present'] === 1,
    }))
    const isPresent = this.#statements.isPresent.get(row)?.['present'] === 1
    return presentBefore(this.#asRemoved(row, { layers, isPresent }), sync, ignored)
  }

  #asRemoved(row: number, known: MemberLayers): MemberLayers {
    const held = this.#statements.heldBy.get(row)
    return held === undefined ? known : asRemoved(known, held['sync'] as number | null)
  }

  #named(session: number | null): number[] {
    const rows: number[] = []
    if (session === null) return rows
    for (const { receipt } of this.#statements.receipts.iterate(session)) {
      rows.push(...fromReceipt(receipt as Uint8Array))
      if (rows.length >= largestSample) break
    }
    return rows
  }
}

const toSync = (row: Row): Sync => ({
  id: number(row['id']),
  externalId: text(row['external_id']),
  add: row['add_session'] as number | null,
  remove: row['remove_session'] as number | null,
  uncertain: row['uncertain'] !== 0,
})
