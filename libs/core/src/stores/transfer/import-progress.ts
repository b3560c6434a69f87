import type { Client } from 'pg'
import { transferTables } from './transfer-tables.ts'

/** Rows of each table that are in the target. */
export type ImportProgress = Map<string, number>

export const rowsIn = (progress: ImportProgress): number =>
  [...progress.values()].reduce((sum, rows) => sum + rows, 0)

/**
 * A table of the target that is there while an import is unfinished. Receivers do not start on it. Each chunk is counted
 * in the transaction that writes it.
 */
export const importProgress = (client: Client, schema: string) => ({
  begin: async (source: string): Promise<ImportProgress> => {
    await client.query(
      `CREATE TABLE ${schema}.import_progress(table_name text PRIMARY KEY, source text NOT NULL, rows bigint NOT NULL)`,
    )
    await client.query(`INSERT INTO ${schema}.import_progress SELECT unnest($1::text[]), $2, 0`, [
      transferTables.map(({ name }) => name),
      source,
    ])
    return new Map(transferTables.map(({ name }) => [name, 0]))
  },
  /** The digest of the source of an import that is unfinished. */
  read: async (): Promise<{ readonly source: string; readonly rows: ImportProgress } | undefined> => {
    const { rows: exists } = await client.query<{ there: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS there',
      [`${schema}.import_progress`],
    )
    if (exists[0]?.there !== true) return undefined
    const { rows } = await client.query<{ table_name: string; source: string; rows: number }>(
      `SELECT table_name, source, rows FROM ${schema}.import_progress`,
    )
    const [first] = rows
    return first && { source: first.source, rows: new Map(rows.map((row) => [row.table_name, row.rows])) }
  },
  add: async (table: string, rows: number): Promise<void> =>
    void (await client.query(`UPDATE ${schema}.import_progress SET rows = rows + $2 WHERE table_name = $1`, [
      table,
      rows,
    ])),
  end: async (): Promise<void> => void (await client.query(`DROP TABLE ${schema}.import_progress`)),
})
