import { formatCount, formatDuration } from '../terminal/format.ts'
import { renderTable } from '../terminal/table.ts'
import { hasPassed, isCaught, type RowResult } from './play-row.ts'

const verdictOf = ({ row, control }: RowResult): string => {
  if (row.control === undefined) return '-'
  if (control === undefined) return 'left out'
  return isCaught(control) ? `caught: ${row.control.broken}` : `NOT CAUGHT: ${row.control.broken}`
}

/** One line a row. */
export const renderFaults = (results: readonly RowResult[]): string =>
  renderTable(
    [
      { title: 'Row' },
      { title: 'What was done' },
      { title: 'n', align: 'right' },
      { title: 'What must hold' },
      { title: 'Figure' },
      { title: '' },
      { title: 'Control' },
      { title: 'Time', align: 'right' },
    ],
    results.map((result) => [
      result.row.id,
      result.row.fault,
      formatCount(result.finding.n),
      result.row.invariant,
      result.finding.figure,
      result.finding.problems.length === 0 && result.finding.n > 0 ? 'pass' : 'FAIL',
      verdictOf(result),
      formatDuration(result.milliseconds),
    ]),
  )

const shown = 10

/** Why rows failed, at most ten lines of each. */
export const explainFaults = (results: readonly RowResult[]): readonly string[] =>
  results
    .filter((result) => !hasPassed(result))
    .flatMap(({ row, finding, control }) => [
      ...finding.problems.slice(0, shown).map((problem) => `${row.id}: ${problem}`),
      ...(finding.problems.length > shown ? [`${row.id}: and ${finding.problems.length - shown} more`] : []),
      ...(control && !isCaught(control)
        ? [`${row.id}: the control was not caught: ${control.figure} ${control.problems.join('; ')}`]
        : []),
    ])
