import Table from 'cli-table3'
import { shownName } from './shown.ts'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Default: left. Numbers go right. */
  readonly align?: 'left' | 'right'
  /** True: never cut, such as ids, which people copy. */
  readonly whole?: boolean
}

const borders = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
]
const inside = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid']
const chars = { ...Object.fromEntries([...borders, ...inside].map((name) => [name, ''])), middle: '  ' }

/** Titles and rows in columns, without frame or colour, ending with a line break. */
export const renderTable = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => {
  const table = new Table({
    chars,
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map((row) =>
      columns.map(({ cell, whole = false }) => (whole ? cell(row) : shownName(cell(row)))),
    ),
  )
  const lines = table.toString().split('\n')
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

/** Names and values below each other. */
export const renderFields = (fields: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...fields.map(([name]) => name.length))
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('')
}
