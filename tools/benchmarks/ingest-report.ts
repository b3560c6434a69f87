import { formatCount } from '../terminal/format.ts'
import { renderTable, type Column } from '../terminal/table.ts'
import type { Measurement } from './measure.ts'
import { median, pairRatios, spreadOf, type Spread } from './statistics.ts'

/** One row: a contestant with its measurement in each run, in the order of the runs. */
export interface Contestant {
  readonly name: string
  readonly runs: readonly Measurement[]
}

/** Medians over the runs; ratios are medians of the ratio of each run to the baseline of the same run. */
export interface Figures {
  readonly name: string
  readonly membersPerSecond: Spread
  readonly ratio: Spread
  readonly p50: number | null
  readonly p99: number | null
  readonly cpuPerPage: number | null
  readonly cpuRatio: number | null
  readonly peakMegabytes: number | null
}

const columns: readonly Column[] = [
  { title: '' },
  ...['Members/s', 'Ratio', 'min..max', 'p50 ms', 'p99 ms', 'CPU ms/page', 'CPU ratio', 'Peak MB'].map(
    (title) => ({ title, align: 'right' as const }),
  ),
]

type Figure = 'p50' | 'p99' | 'cpuPerPage' | 'peakMegabytes'

const valuesOf = (runs: readonly Measurement[], figure: Figure): readonly number[] | null => {
  const values = runs.map((run) => run[figure]).filter((value) => value !== null)
  return values.length === runs.length ? values : null
}

const medianOf = (runs: readonly Measurement[], figure: Figure): number | null => {
  const values = valuesOf(runs, figure)
  return values && median(values)
}

// Less CPU is better, so the ratio is turned round: 1.00 is the baseline and more is better, as with members/s.
const cpuRatioOf = (runs: readonly Measurement[], baseline: readonly Measurement[]): number | null => {
  const [ours, theirs] = [valuesOf(runs, 'cpuPerPage'), valuesOf(baseline, 'cpuPerPage')]
  return ours && theirs && median(pairRatios(theirs, ours))
}

const rates = (runs: readonly Measurement[]): readonly number[] => runs.map((run) => run.membersPerSecond)

/** The first contestant is the baseline. */
export const figuresOf = (contestants: readonly Contestant[]): readonly Figures[] => {
  const baseline = contestants[0]?.runs ?? []
  return contestants.map(({ name, runs }) => ({
    name,
    membersPerSecond: spreadOf(rates(runs)),
    ratio: spreadOf(pairRatios(rates(runs), rates(baseline))),
    p50: medianOf(runs, 'p50'),
    p99: medianOf(runs, 'p99'),
    cpuPerPage: medianOf(runs, 'cpuPerPage'),
    cpuRatio: cpuRatioOf(runs, baseline),
    peakMegabytes: medianOf(runs, 'peakMegabytes'),
  }))
}

const number = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-'

const rowOf = (figures: Figures): string[] => [
  figures.name,
  formatCount(figures.membersPerSecond.median),
  figures.ratio.median.toFixed(2),
  `${figures.ratio.min.toFixed(2)}..${figures.ratio.max.toFixed(2)}`,
  number(figures.p50, 1),
  number(figures.p99, 1),
  number(figures.cpuPerPage, 2),
  number(figures.cpuRatio, 2),
  number(figures.peakMegabytes, 0),
]

export const renderFigures = (figures: readonly Figures[]): string => renderTable(columns, figures.map(rowOf))
