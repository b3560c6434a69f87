import { plainJson, type TransferRow, type TransferValue } from './transfer-row.ts'
import type { ColumnKind, TransferColumn, TransferTable } from './transfer-tables.ts'

/** What PostgreSQL is asked for, to have rows as they are written down. `postgresRow` takes them from there. */
export const selectColumns = ({ columns }: TransferTable): string => columns.map(selected).join(', ')

const selected = ({ name, kind }: TransferColumn): string => {
  if (kind === 'time') return `(extract(epoch FROM "${name}") * 1000)::bigint`
  if (kind === 'json') return `"${name}"::text`
  return `"${name}"`
}

/** `values`: of the columns in their order, with `bigint` read as a number. */
export const postgresRow = ({ columns }: TransferTable, values: readonly unknown[]): TransferRow =>
  columns.map(({ kind }, index) => fromPostgres(kind, values[index]))

const fromPostgres = (kind: ColumnKind, value: unknown): TransferValue => {
  if (value === null) return null
  if (kind === 'json') return plainJson(value as string)
  return Buffer.isBuffer(value) ? value.toString('base64') : (value as TransferValue)
}

/** Rows in the text format of COPY, in pieces of a size that a socket takes well. */
export function* copyText(table: TransferTable, rows: readonly TransferRow[]): Generator<string> {
  let piece = ''
  for (const row of rows) {
    piece += copyLine(table, row)
    if (piece.length < pieceLetters) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

const pieceLetters = 65_536

const copyLine = ({ columns }: TransferTable, row: TransferRow): string =>
  `${columns.map(({ kind }, index) => copyField(kind, row[index] ?? null)).join('\t')}\n`

const copyField = (kind: ColumnKind, value: TransferValue): string => {
  if (value === null) return '\\N'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (kind === 'bytes' || kind === 'receipt')
    return `\\\\x${Buffer.from(value as string, 'base64').toString('hex')}`
  if (kind === 'time') return new Date(value as number).toISOString()
  if (kind === 'texts') return escaped(arrayText(value as readonly string[]))
  return typeof value === 'number' ? String(value) : escaped(value as string)
}

const special = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escaped = (text: string): string => text.replace(special, (letter) => escapes[letter]!)

const arrayText = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`
