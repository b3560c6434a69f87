import { hash } from 'node:crypto'
import { createRowTally, type RowTotals } from './row-totals.ts'
import type { Chunk } from './transfer-row.ts'

/** Everything that is moved, as it was at one moment. */
export interface TransferSource {
  readonly contents: SourceContents
  /** In the same order and the same chunks each time; rejects with `TransferError` when it cannot be read. */
  chunks(): AsyncIterable<Chunk>
  close(): void
}

export interface SourceContents {
  /** Schema of the database that it was read from. */
  readonly schema: number
  readonly takenAt: Date
  /** Rows by table, to tell how far a reading is. */
  readonly rows: Readonly<Record<string, number>>
  /** The highest id that each table ever had, where it may be more than the highest there is. */
  readonly highestIds: Readonly<Record<string, number>>
}

/** What a source holds, told from all of its rows. */
export interface SourceTotals {
  readonly tables: RowTotals
  /** Equal for equal contents, also of a database and of a backup of it. */
  readonly digest: string
}

/** Told how many rows are done, of all. */
export type OnRows = (done: number) => void

/** Reads all of a source. */
export const totalsOf = async (source: TransferSource, onRows: OnRows = () => {}): Promise<SourceTotals> => {
  const tally = createRowTally()
  let done = 0
  for await (const { table, rows } of source.chunks()) {
    tally.add(table, rows)
    onRows((done += rows.length))
  }
  return sourceTotals(tally.totals(), source.contents)
}

export const sourceTotals = (tables: RowTotals, { highestIds }: SourceContents): SourceTotals => ({
  tables,
  digest: hash('sha256', JSON.stringify([tables, highestIds['session'] ?? 0, highestIds['sync'] ?? 0])),
})

export const allRows = ({ rows }: SourceContents): number =>
  Object.values(rows).reduce((sum, count) => sum + count, 0)
