import Table from 'cli-table3'

export interface Column {
  readonly title: string
  /** Default: left. Numbers go right. */
  readonly align?: 'left' | 'right'
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** An aligned table without frame: titles, a rule, the rows. No colour, no trailing blanks, no final newline. */
export const renderTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({
    chars: noLines,
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  const width = (title: string, index: number): number =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))
  table.push(
    columns.map(({ title }) => title),
    columns.map(({ title }, index) => '-'.repeat(width(title, index))),
    ...rows.map((row) => [...row]),
  )
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
