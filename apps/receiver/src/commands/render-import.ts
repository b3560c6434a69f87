import type { ImportedTable } from '@cohort-relay/core'

const titles = ['Table', 'Read', 'Written', 'Digest read', 'Digest written', '']
const digestLetters = 16

/** What was read and what is in the target now, a line for each table. */
export const renderImport = (tables: readonly ImportedTable[]): string => {
  const rows = [titles, ...tables.map(cellsOf)]
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const rule = widths.map((width) => '-'.repeat(width))
  return [titles, rule, ...rows.slice(1)]
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column]!, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const cellsOf = ({ table, source, target, isEqual }: ImportedTable): string[] => [
  table,
  source.rows.toLocaleString('en-US'),
  target.rows.toLocaleString('en-US'),
  source.digest.slice(0, digestLetters),
  target.digest.slice(0, digestLetters),
  isEqual ? 'equal' : 'DIFFERS',
]

const pad = (cell: string, width: number, column: number): string =>
  column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width)
