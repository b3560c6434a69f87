import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fromReceipt } from './receipt.ts'
import { number } from './row.ts'
import { RowSet } from '../row-set.ts'

/** Receipts read in one go: 2 MB of row numbers. */
const receiptsAtOnce = 500

/** The members that a whole session named, gathered from the receipts of its pages a bounded part at a time. */
export class SeenRows {
  readonly #receipts: StatementSync
  // Only a cache: after a restart it is gathered again.
  #gathering: { session: number; afterPage: number; rows: RowSet } | undefined

  constructor(database: DatabaseSync) {
    this.#receipts = database.prepare(
      'SELECT id, receipt FROM page WHERE session = ? AND id > ? AND receipt IS NOT NULL ORDER BY id LIMIT ?',
    )
  }

  /** Undefined while receipts are left to read. */
  of(session: number): RowSet | undefined {
    if (this.#gathering?.session !== session) this.#gathering = { session, afterPage: 0, rows: new RowSet() }
    const gathering = this.#gathering
    const pages = this.#receipts.all(session, gathering.afterPage, receiptsAtOnce)
    for (const page of pages) {
      for (const row of fromReceipt(page['receipt'] as Uint8Array)) gathering.rows.add(row)
      gathering.afterPage = number(page['id'])
    }
    return pages.length === receiptsAtOnce ? undefined : gathering.rows
  }

  forget(session: number): void {
    if (this.#gathering?.session === session) this.#gathering = undefined
  }
}
