import { formatCount, formatDuration, formatRate } from '../terminal/format.ts'
import { renderTable, type Column } from '../terminal/table.ts'
import type { PlayedSync } from './simulate.ts'

const columns: readonly Column[] = [
  { title: 'Sync' },
  { title: 'Calls', align: 'right' },
  { title: 'Retries', align: 'right' },
  { title: 'Members', align: 'right' },
  { title: 'Time', align: 'right' },
  { title: 'Members/s', align: 'right' },
  { title: 'Result' },
]

const rowOf = ({ name, calls, retries, members, milliseconds, outcome }: PlayedSync): string[] => [
  name,
  formatCount(calls),
  formatCount(retries),
  formatCount(members),
  formatDuration(milliseconds),
  formatRate(members, milliseconds),
  outcome,
]

/** A table, then one line for each sync that did not succeed, with the text that Mixpanel would show. */
export const renderSummary = (played: readonly PlayedSync[]): string => {
  const problems = played.flatMap(({ name, outcome, message }) =>
    message === undefined ? [] : [`${name} ${outcome}: ${message}`],
  )
  return [renderTable(columns, played.map(rowOf)), ...problems].join('\n')
}

/** 0 when every sync succeeded, else 1. */
export const exitCodeOf = (played: readonly PlayedSync[]): 0 | 1 =>
  played.every(({ outcome }) => outcome === 'succeeded') ? 0 : 1
