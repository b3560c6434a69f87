import type { DatabaseSync } from 'node:sqlite'
import { number } from './row.ts'
import { RowSet } from './row-set.ts'

/** Receipts read in one go: 2 MB of row numbers. */
const receiptsAtOnce = 500

/** The members that a whole session named, gathered from the receipts of its pages a bounded part at a time. */
export const seenRows = (database: DatabaseSync) => {
  const receipts = database.prepare(
    'SELECT id, receipt FROM page WHERE session = ? AND id > ? AND receipt IS NOT NULL ORDER BY id LIMIT ?',
  )
  // Only a cache: after a restart it is gathered again.
  let gathering: { session: number; afterPage: number; rows: RowSet } | undefined

  return {
    /** Undefined while receipts are left to read. */
    of: (session: number): RowSet | undefined => {
      if (gathering?.session !== session) gathering = { session, afterPage: 0, rows: new RowSet() }
      const pages = receipts.all(session, gathering.afterPage, receiptsAtOnce)
      for (const page of pages) {
        for (const row of fromReceipt(page['receipt'] as Uint8Array)) gathering.rows.add(row)
        gathering.afterPage = number(page['id'])
      }
      return pages.length === receiptsAtOnce ? undefined : gathering.rows
    },
    forget: (session: number): void => {
      if (gathering?.session === session) gathering = undefined
    },
  }
}

export const toReceipt = (rows: readonly number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(rows).buffer)

const fromReceipt = (receipt: Uint8Array): Uint32Array => new Uint32Array(receipt.slice().buffer)
