import { hash } from 'node:crypto'
import type { TransferRow } from './transfer-row.ts'
import { transferTables } from './transfer-tables.ts'

/** What is told of the rows of one table, whatever their order. */
export interface RowTotal {
  readonly rows: number
  /** The sum of the SHA-256 of each row: a row that is altered, missing or one too many makes it another. */
  readonly digest: string
}

export type RowTotals = Readonly<Record<string, RowTotal>>

/** Adds rows up. */
export interface RowTally {
  add(table: string, rows: readonly TransferRow[]): void
  /** Of every table, also of those without a row. */
  totals(): RowTotals
}

export const createRowTally = (): RowTally => {
  const sums = new Map(transferTables.map(({ name }) => [name, { rows: 0, low: 0n, high: 0n }]))
  return {
    add: (table, rows) => {
      const sum = sums.get(table)!
      for (const row of rows) {
        const bytes = hash('sha256', JSON.stringify(row), 'buffer')
        sum.low += bytes.readBigUInt64LE(0)
        sum.high += bytes.readBigUInt64LE(8)
      }
      sum.rows += rows.length
    },
    totals: () =>
      Object.fromEntries(
        [...sums].map(([table, { rows, low, high }]) => [table, { rows, digest: hex(high) + hex(low) }]),
      ),
  }
}

const hex = (sum: bigint): string => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')

/** Of one chunk. */
export const digestOfRows = (rows: readonly TransferRow[]): string => hash('sha256', JSON.stringify(rows))
