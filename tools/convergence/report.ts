import { formatCount, formatDuration } from '../terminal/format.ts'
import { renderTable, type Column } from '../terminal/table.ts'
import type { CheckResult } from './check-histories.ts'
import type { Row } from './plan-rows.ts'

export interface RowResult {
  readonly row: Row
  readonly result: CheckResult
}

const right = (title: string): Column => ({ title, align: 'right' })

const columns: readonly Column[] = [
  { title: 'Faults' },
  { title: 'Store' },
  { title: 'Through' },
  right('Histories'),
  right('Shared ids'),
  right('Diverged'),
  right('Not flagged'),
  right('Flagged'),
  right('Time'),
]

const rowOf = ({ row, result }: RowResult): string[] => [
  row.kind,
  row.store,
  row.through,
  formatCount(result.histories),
  formatCount(result.shared),
  formatCount(result.diverged),
  formatCount(result.silent),
  formatCount(result.flagged),
  formatDuration(result.milliseconds),
]

export const renderResults = (results: readonly RowResult[]): string =>
  renderTable(columns, results.map(rowOf))

export interface ControlResult {
  readonly name: string
  readonly histories: number
  readonly diverged: number
}

const percent = ({ diverged, histories }: ControlResult): string =>
  `${((diverged / histories) * 100).toFixed(1)} %`

export const renderControls = (results: readonly ControlResult[]): string =>
  renderTable(
    [
      { title: 'Broken receiver' },
      right('Histories'),
      right('Diverged'),
      right('Rate'),
      { title: 'Verdict' },
    ],
    results.map((result) => [
      result.name,
      formatCount(result.histories),
      formatCount(result.diverged),
      percent(result),
      result.diverged > 0 ? 'caught' : 'NOT CAUGHT',
    ]),
  )
