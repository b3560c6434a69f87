import { RowSet } from '../row-set.ts'
import type { Queries } from './database.ts'
import { fromReceipt } from './receipt.ts'
import { number } from './row.ts'

/** Receipts read in one go: 2 MB of ids. */
const receiptsAtOnce = 250

/**
 * The members that a whole session named, gathered from the receipts of its pages a bounded part at a time. Only a cache:
 * another process that goes on with the session gathers them again.
 */
export class SeenRows {
  #gathering: { session: number; afterPage: number; rows: RowSet } | undefined

  /** Undefined while receipts are left to read. */
  async of(queries: Queries, session: number): Promise<RowSet | undefined> {
    if (this.#gathering?.session !== session) this.#gathering = { session, afterPage: 0, rows: new RowSet() }
    const gathering = this.#gathering
    const pages = await queries.all(
      `SELECT id, receipt FROM cohort_relay.page WHERE session = $1 AND id > $2 AND receipt IS NOT NULL
       ORDER BY id LIMIT $3`,
      [session, gathering.afterPage, receiptsAtOnce],
    )
    for (const page of pages) {
      for (const id of fromReceipt(page['receipt'] as Uint8Array)) gathering.rows.add(id)
      gathering.afterPage = number(page, 'id')
    }
    return pages.length === receiptsAtOnce ? undefined : gathering.rows
  }

  forget(session: number): void {
    if (this.#gathering?.session === session) this.#gathering = undefined
  }
}
