import type { Client } from 'pg'
import { importProgress, rowsIn, type ImportProgress } from './import-progress.ts'
import { writeRows, type Target } from './import-rows.ts'
import type { Chunk } from './transfer-row.ts'
import type { OnRows, TransferSource } from './transfer-source.ts'

export type Transaction = <Result>(work: () => Promise<Result>) => Promise<Result>

/** All of it or, where the work throws, nothing. */
export const inTransaction = async <Result>(client: Client, work: () => Promise<Result>): Promise<Result> => {
  await client.query('BEGIN')
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    // A connection that is gone has rolled back already.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

export interface Writing {
  readonly source: TransferSource
  readonly progress: ImportProgress
  readonly transaction: Transaction
  readonly onRows: OnRows
}

/** Each chunk and the note that it is written are one transaction. */
export const writeSource = async (
  target: Target,
  { source, progress, transaction, onRows }: Writing,
): Promise<void> => {
  const noted = importProgress(target.client, target.schema)
  let done = rowsIn(progress)
  for await (const chunk of source.chunks()) {
    const rest = unwritten(chunk, progress)
    if (rest.rows.length === 0) continue
    await transaction(async () => {
      await writeRows(target, rest)
      await noted.add(rest.table, rest.rows.length)
    })
    onRows((done += rest.rows.length))
  }
}

/** Takes off what an earlier import wrote. */
const unwritten = ({ table, rows }: Chunk, progress: ImportProgress): Chunk => {
  const written = Math.min(progress.get(table) ?? 0, rows.length)
  progress.set(table, (progress.get(table) ?? 0) - written)
  return { table, rows: written === 0 ? rows : rows.slice(written) }
}
