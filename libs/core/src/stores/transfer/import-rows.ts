import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { copyText, postgresRow, selectColumns } from './postgres-row.ts'
import { createRowTally, type RowTotals } from './row-totals.ts'
import type { Chunk } from './transfer-row.ts'
import { transferTable, transferTables } from './transfer-tables.ts'
import type { OnRows, SourceContents } from './transfer-source.ts'

const rowsAtOnce = 5000

export interface Target {
  readonly client: Client
  readonly schema: string
}

/** Adds rows to a table. */
export const writeRows = async ({ client, schema }: Target, { table: name, rows }: Chunk): Promise<void> => {
  const table = transferTable(name)!
  const columns = table.columns.map((column) => `"${column.name}"`).join(', ')
  const copying = client.query(copyFrom(`COPY ${schema}.${name}(${columns}) FROM STDIN`))
  await pipeline(Readable.from(copyText(table, rows)), copying)
}

/** New ids come after all that there ever were. */
export const advanceSequences = async (
  { client, schema }: Target,
  { highestIds }: SourceContents,
): Promise<void> => {
  for (const { name, sequence } of transferTables) {
    if (sequence === undefined) continue
    await client.query(
      `SELECT setval($1, highest) FROM (
         SELECT greatest(max(id), $2::bigint) AS highest FROM ${schema}.${name}) AS known WHERE highest > 0`,
      [`${schema}.${sequence}`, highestIds[name] ?? 0],
    )
  }
}

/** Reads back all that is in the target. */
export const totalsOfTarget = async (target: Target, onRows: OnRows): Promise<RowTotals> => {
  const tally = createRowTally()
  let done = 0
  for await (const { table, rows } of chunksOfTarget(target)) {
    tally.add(table, rows)
    onRows((done += rows.length))
  }
  return tally.totals()
}

async function* chunksOfTarget({ client, schema }: Target): AsyncGenerator<Chunk> {
  for (const table of transferTables) {
    await client.query(
      `DECLARE reading CURSOR FOR SELECT ${selectColumns(table)} FROM ${schema}.${table.name}`,
    )
    for (;;) {
      const { rows } = await client.query<unknown[]>({
        text: `FETCH ${table.name === 'page' ? 50 : rowsAtOnce} FROM reading`,
        rowMode: 'array',
      })
      if (rows.length === 0) break
      yield { table: table.name, rows: rows.map((row) => postgresRow(table, row)) }
    }
    await client.query('CLOSE reading')
  }
}
