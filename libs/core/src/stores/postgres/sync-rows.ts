import type { HalfAction, Pairing, Sync } from '../../intake/place-half.ts'
import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import type { Queries, Row } from './database.ts'
import { number, numberOrNull, text } from './row.ts'

/** Syncs by difference of all cohorts. */
export class SyncRows {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async pairing(cohort: number): Promise<Pairing> {
    const row = await this.#queries.one('SELECT pairing FROM cohort_relay.cohort WHERE id = $1', [cohort])
    return text(row, 'pairing') as Pairing
  }

  recordPairing(cohort: number, pairing: Pairing): Promise<number> {
    const sql = 'UPDATE cohort_relay.cohort SET pairing = $2 WHERE id = $1 AND pairing <> $2'
    return this.#queries.run(sql, [cohort, pairing])
  }

  recordReconcile(cohort: number, reason: string | null): Promise<number> {
    const sql = `UPDATE cohort_relay.cohort SET reconcile_reason = $2
      WHERE id = $1 AND reconcile_reason IS DISTINCT FROM $2`
    return this.#queries.run(sql, [cohort, reason])
  }

  /** Everybody who is in the cohort was named by the session. */
  recordNamed(cohort: number, session: number): Promise<number> {
    const sql = `UPDATE cohort_relay.cohort SET named_since = session.begun_at FROM cohort_relay.session
      WHERE cohort.id = $1 AND session.id = $2`
    return this.#queries.run(sql, [cohort, session])
  }

  async kept(cohort: number): Promise<Sync[]> {
    const sql = "SELECT * FROM cohort_relay.sync WHERE cohort = $1 AND state = 'kept' ORDER BY id"
    return (await this.#queries.all(sql, [cohort])).map(toSync)
  }

  async open(cohort: number, externalId: string, at: Date): Promise<number> {
    const row = await this.#queries.one(
      `INSERT INTO cohort_relay.sync(cohort, external_id, state, opened_at) VALUES($1, $2, 'kept', $3) RETURNING id`,
      [cohort, externalId, at],
    )
    return number(row, 'id')
  }

  assign(sync: number, action: HalfAction, session: number): Promise<number> {
    const sql = `UPDATE cohort_relay.sync SET ${action}_session = $2 WHERE id = $1`
    return this.#queries.run(sql, [sync, session])
  }

  /** The session's changes belong to the sync. */
  adopt(session: number, sync: number): Promise<number> {
    return this.#queries.run('UPDATE cohort_relay.session SET sync = $2 WHERE id = $1', [session, sync])
  }

  recordJudged(session: number): Promise<number> {
    return this.#queries.run('UPDATE cohort_relay.session SET judged = true WHERE id = $1', [session])
  }

  takeBack(syncs: readonly Sync[]): Promise<number> {
    const sql = "UPDATE cohort_relay.sync SET state = 'taken-back' WHERE id = ANY($1::bigint[])"
    return this.#queries.run(sql, [syncs.map(({ id }) => id)])
  }

  /** The state of the cohort is Mixpanel's: nothing before can be taken back any more. */
  forgetAll(cohort: number): Promise<number> {
    const sql = "UPDATE cohort_relay.sync SET state = 'forgotten' WHERE cohort = $1 AND state = 'kept'"
    return this.#queries.run(sql, [cohort])
  }

  /** Every page of these sessions is applied once more. */
  applyAgain(sessions: readonly number[]): Promise<number> {
    return this.#queries.run(
      `UPDATE cohort_relay.page SET pending = true, applied = 0, receipt = CASE WHEN body IS NULL THEN receipt END
       WHERE session = ANY($1::bigint[])`,
      [sessions],
    )
  }

  async externalId(session: number | null): Promise<string | undefined> {
    const sql = 'SELECT external_id FROM cohort_relay.session WHERE id = $1'
    const row = session === null ? undefined : await this.#queries.one(sql, [session])
    return row && text(row, 'external_id')
  }

  /**
   * True when its last page was given up, also where that was noticed before: what was said of the cohort meanwhile no longer
   * holds. Any other page was followed by one, so its answer arrived.
   */
  async recordDoubt({ id, add, remove }: Sync): Promise<boolean> {
    const page = await this.#queries.one(
      'SELECT id, repeats FROM cohort_relay.page WHERE session IN ($1, $2) ORDER BY id DESC LIMIT 1',
      [add, remove],
    )
    if (page === undefined || readRepeat(number(page, 'repeats')) !== 'given-up') return false
    const sql = 'UPDATE cohort_relay.sync SET uncertain = $2 WHERE id = $1 AND uncertain = 0'
    await this.#queries.run(sql, [id, number(page, 'id')])
    return true
  }

  recordCertain(syncs: readonly Sync[]): Promise<number> {
    const sql = 'UPDATE cohort_relay.sync SET uncertain = 0 WHERE id = ANY($1::bigint[])'
    return this.#queries.run(sql, [syncs.map(({ id }) => id)])
  }

  async sharesSession({ add, remove }: Sync): Promise<boolean> {
    const row = await this.#queries.one(
      'SELECT count(DISTINCT external_id) AS ids FROM cohort_relay.session WHERE id IN ($1, $2)',
      [add, remove],
    )
    return number(row, 'ids') === 1
  }
}

const toSync = (row: Row): Sync => ({
  id: number(row, 'id'),
  externalId: text(row, 'external_id'),
  add: numberOrNull(row, 'add_session'),
  remove: numberOrNull(row, 'remove_session'),
  uncertain: number(row, 'uncertain') !== 0,
})
