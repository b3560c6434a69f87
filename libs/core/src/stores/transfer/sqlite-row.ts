import type { SQLOutputValue } from 'node:sqlite'
import { storableText } from '../../storable-text.ts'
import { toReceipt } from '../postgres/receipt.ts'
import type { Row } from '../sqlite/row.ts'
import { fromReceipt } from '../sqlite/receipt.ts'
import { plainJson, type TransferRow, type TransferValue } from './transfer-row.ts'
import type { ColumnKind, TransferTable } from './transfer-tables.ts'

/** A row of SQLite as it is written down. */
export const sqliteRow = ({ columns }: TransferTable, row: Row): TransferRow =>
  columns.map(({ name, kind }) => fromSqlite[kind](row[name] ?? null))

type Present = Exclude<SQLOutputValue, null>

const unlessNull =
  (write: (value: Present) => TransferValue) =>
  (value: SQLOutputValue): TransferValue =>
    value === null ? null : write(value)

const fromSqlite: Readonly<Record<ColumnKind, (value: SQLOutputValue) => TransferValue>> = {
  // What older versions kept with a NUL is what newer ones read without it.
  text: unlessNull((value) => storableText(value as string)),
  number: unlessNull(Number),
  boolean: unlessNull((value) => value === 1),
  time: unlessNull(Number),
  json: unlessNull((value) => plainJson(value as string)),
  texts: (value) => (value === null ? [] : (JSON.parse(value as string) as string[])),
  bytes: unlessNull((value) => Buffer.from(value as Uint8Array).toString('base64')),
  receipt: unlessNull((value) => toReceipt([...fromReceipt(value as Uint8Array)]).toString('base64')),
}
