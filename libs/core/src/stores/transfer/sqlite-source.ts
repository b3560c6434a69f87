import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describeFailure } from '../sqlite/describe-failure.ts'
import { migrations } from '../sqlite/migrations.ts'
import { sqliteRow } from './sqlite-row.ts'
import { TransferError } from './transfer-error.ts'
import type { Chunk, TransferRow } from './transfer-row.ts'
import type { SourceContents, TransferSource } from './transfer-source.ts'
import { transferTables, type TransferTable } from './transfer-tables.ts'

export interface SqliteSourceOptions {
  readonly path: string
  /**
   * True: a receiver may run on it, and the pages it takes from now on are not in what is read. Default: nobody else has
   * the database until this is closed; refused when somebody has.
   */
  readonly whileInUse?: boolean
  readonly now: () => Date
}

const rowsAtOnce = 5000
/** So that pages, which are large, make small chunks. */
const lettersAtOnce = 4_000_000
const isBusy = 5

/** Opens a database for reading as it is at this moment. */
export const openSqliteSource = ({ path, whileInUse = false, now }: SqliteSourceOptions): TransferSource => {
  if (!existsSync(path)) throw new TransferError(`There is no file ${path}. Name the database to move.`)
  const database = new DatabaseSync(path, { readOnly: whileInUse, timeout: 1000 })
  try {
    // In this mode the first reader locks everybody else out, and fails where somebody is.
    if (!whileInUse) database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('BEGIN')
    const contents = contentsOf(database, path, now())
    return {
      contents,
      chunks: () => chunksOf(database),
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error instanceof TransferError ? error : openingProblem(path, error)
  }
}

const openingProblem = (path: string, error: unknown): TransferError =>
  (error as { errcode?: unknown }).errcode === isBusy
    ? new TransferError(
        `A receiver is running on ${path}. Stop it first, so that no page comes after the move has read the database.`,
      )
    : new TransferError(`${path} cannot be read. ${describeFailure(error).message}`)

const contentsOf = (database: DatabaseSync, path: string, takenAt: Date): SourceContents => {
  const schema = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (schema !== migrations.length) throw new TransferError(schemaProblem(path, schema))
  const count = ({ name }: TransferTable): number =>
    Number(database.prepare(`SELECT count(*) AS count FROM ${name}`).get()?.['count'])
  const highest = database.prepare('SELECT name, seq FROM sqlite_sequence').all()
  return {
    schema,
    takenAt,
    rows: Object.fromEntries(transferTables.map((table) => [table.name, count(table)])),
    highestIds: Object.fromEntries(highest.map(({ name, seq }) => [String(name), Number(seq)])),
  }
}

const schemaProblem = (path: string, schema: number): string => {
  if (schema === 0) return `${path} is no database of Cohort Relay. Name the file of DATABASE_URL.`
  return schema < migrations.length
    ? `${path} has schema ${schema}; this program moves ${migrations.length}. Start the receiver of this version on it once, stop it, and run this again.`
    : `${path} has schema ${schema}; this program knows ${migrations.length}. Update the program.`
}

async function* chunksOf(database: DatabaseSync): AsyncGenerator<Chunk> {
  for (const table of transferTables) {
    let rows: TransferRow[] = []
    let letters = 0
    for (const found of database.prepare(selectSql(table)).iterate()) {
      const row = sqliteRow(table, found)
      rows.push(row)
      letters += lettersOf(row)
      if (rows.length < rowsAtOnce && letters < lettersAtOnce) continue
      yield { table: table.name, rows }
      rows = []
      letters = 0
    }
    if (rows.length > 0) yield { table: table.name, rows }
  }
}

const selectSql = ({ name, columns, key }: TransferTable): string =>
  `SELECT ${columns.map((column) => `${column.sqlite} AS "${column.name}"`).join(', ')} FROM ${name} ORDER BY ${key}`

const lettersOf = (row: TransferRow): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0)
