import { median } from '../benchmarks/statistics.ts'
import { formatCount } from '../terminal/format.ts'
import { renderTable } from '../terminal/table.ts'
import type { DeliveryCounts } from './compare-deliveries.ts'
import type { Phase } from './plan-run.ts'
import type { RunResult } from './run-once.ts'

type Row = readonly [string, string]

const sum = (results: readonly RunResult[], count: (result: RunResult) => number): string =>
  formatCount(results.reduce((total, result) => total + count(result), 0))

const shown = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`

const restartRow = (results: readonly RunResult[]): Row => {
  const restarts = results.flatMap((result) => result.restarts)
  const text =
    restarts.length === 0 ? '-' : `${shown(median(restarts))}, slowest ${shown(Math.max(...restarts))}`
  return ['SIGKILL to ready again, median', text]
}

const isSound = ({ problems }: RunResult): boolean => problems.length === 0

const rowsOf = (results: readonly RunResult[]): readonly Row[] => {
  const killedIn = (phase: Phase) =>
    sum(results, ({ killed }) => killed.filter((one) => one === phase).length)
  const delivered = (count: keyof DeliveryCounts) => sum(results, ({ deliveries }) => deliveries[count])
  const all = sum(results, ({ killed }) => killed.length)
  return [
    ['Runs with all sets equal', `${results.filter(isSound).length} of ${results.length}`],
    [
      'Kills',
      `${all}: receiving ${killedIn('receiving')}, applying ${killedIn('applying')}, delivering ${killedIn('delivering')}`,
    ],
    restartRow(results),
    ['Syncs sent', sum(results, ({ syncs }) => syncs)],
    ['Syncs given up by Mixpanel and repeated', sum(results, ({ failedSyncs }) => failedSyncs)],
    ['Pages sent again', sum(results, ({ retries }) => retries)],
    ['Acknowledged pages lost', sum(results, ({ lostPages }) => lostPages)],
    ['Deliveries taken by the partner', delivered('deliveries')],
    ['  sent again under the same webhook-id', delivered('resent')],
    ['  sent again under another', delivered('renamed')],
    ['  different changes under one webhook-id', delivered('reusedIds')],
  ]
}

/** The table, then a line for each thing that went wrong, with the seed that plays it again. */
export const renderCrashReport = (results: readonly RunResult[]): string => {
  const table = renderTable([{ title: '' }, { title: '', align: 'left' }], rowsOf(results))
  const [, , ...rows] = table.split('\n')
  const problems = results.flatMap(({ seed, problems: found }) =>
    found.map((problem) => `seed ${seed}: ${problem}`),
  )
  return [...rows, ...(problems.length > 0 ? ['', ...problems] : [])].join('\n')
}

/** For the real receiver: 0 when every run is sound. For the broken one: 0 when at least one run was caught. */
export const exitCodeOf = (results: readonly RunResult[], isBroken: boolean): 0 | 1 => {
  const caught = results.filter((result) => !isSound(result)).length
  return (isBroken ? caught > 0 : caught === 0) ? 0 : 1
}
