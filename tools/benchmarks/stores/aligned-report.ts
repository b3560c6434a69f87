import { formatCount, formatDuration } from '../../terminal/format.ts'
import { renderTable } from '../../terminal/table.ts'
import { percentile } from '../statistics.ts'
import type { CallResult, OfferedCalls } from './offer-calls.ts'

export interface AlignedFigures {
  /** Calls a second that were taken when each connection waited for its answer. */
  readonly capacity: number
  /** Calls a second that were offered. */
  readonly perSecond: number
  readonly seconds: number
  readonly membersPerCall: number
  readonly offered: OfferedCalls
  /** From the first call until every stored page was applied and delivered; null: not in 10 minutes. */
  readonly doneMilliseconds: number | null
  readonly machineCores: number | null
  readonly lost: number
  readonly inLedger: number
  /** Members that the partner was told of. */
  readonly told: number
}

/** What 100,000 accounts ask for on the half hour, if all of them begin in one minute. */
const fullScale = 3333
/** Mixpanel's window for one call and its retries. */
const windowMilliseconds = 60_000

const endedAs = ({ results }: OfferedCalls, outcome: CallResult['outcome']): readonly CallResult[] =>
  results.filter((result) => result.outcome === outcome)

const shareOf = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`

const answered = ({ statuses }: OfferedCalls): string =>
  [...statuses]
    .toSorted(([one], [other]) => one - other)
    .map(([status, count]) => `${status === 0 ? 'none' : status}: ${formatCount(count)}`)
    .join(', ')

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

const waits = (results: readonly CallResult[]): string => {
  const times = results.map(({ milliseconds }) => milliseconds)
  if (times.length === 0) return '-'
  return [percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)].map(seconds).join(', ')
}

export const renderAligned = (figures: AlignedFigures, cores: number): string => {
  const { capacity, perSecond, offered, lost, inLedger, told, doneMilliseconds } = figures
  const all = offered.results.length
  const accepted = endedAs(offered, 'accepted')
  const { latencies } = offered
  const rows: string[][] = [
    ['capacity', `${formatCount(capacity)} calls/s of ${figures.membersPerCall} members`],
    ['offered', `${formatCount(perSecond)} calls/s for ${figures.seconds} s, ${formatCount(all)} calls`],
    [
      'scale',
      `${shareOf(perSecond, fullScale)} of ${formatCount(fullScale)} calls/s, on ${cores} cores with everything else`,
    ],
    ['answers', answered(offered)],
    [
      'an answer, p50, p99, most',
      [0.5, 0.99, 1].map((share) => seconds(percentile(latencies, share))).join(', '),
    ],
    ['accepted', `${formatCount(accepted.length)} calls, ${shareOf(accepted.length, all)}`],
    ['until accepted, p50, p99, most', waits(accepted)],
    ['left for the next sync', `${formatCount(endedAs(offered, 'failed').length)} calls`],
    ['paused', formatCount(endedAs(offered, 'paused').length)],
    ['acknowledged and lost', formatCount(lost)],
    [
      'in the ledger',
      `${formatCount(inLedger)} cohorts; the partner was told of ${formatCount(told)} members`,
    ],
    [
      'all applied and delivered',
      doneMilliseconds === null ? 'not in 10 min' : `after ${formatDuration(doneMilliseconds)}`,
    ],
    ['cores busy', figures.machineCores?.toFixed(2) ?? '-'],
  ]
  return renderTable([{ title: 'Aligned' }, { title: '' }], rows)
}

/** Statuses that tell Mixpanel to come again. */
const shedding = new Set([429, 503])

export const judgeAligned = (figures: AlignedFigures) => {
  const { offered, lost, inLedger, told, membersPerCall, doneMilliseconds } = figures
  const paused = endedAs(offered, 'paused')
  const late = endedAs(offered, 'accepted').filter(({ milliseconds }) => milliseconds > windowMilliseconds)
  const odd = [...offered.statuses.keys()].filter((status) => status > 200 && !shedding.has(status))
  const wrong = [
    ...(paused.length > 0 ? [`${paused.length} syncs were paused; the first: ${paused[0]?.message}`] : []),
    ...(lost > 0 ? [`${lost} calls were acknowledged and are not in the ledger`] : []),
    ...odd.map((status) => `answers had status ${status}`),
    ...(doneMilliseconds !== null && told < inLedger * membersPerCall
      ? [`the partner was told of ${told} members and the ledger has ${inLedger * membersPerCall}`]
      : []),
  ]
  const unanswered = offered.statuses.get(0) ?? 0
  const missed = [
    ...(unanswered > 0 ? [`${unanswered} tries had no answer: they should be refused with 429 or 503`] : []),
    ...(late.length > 0 ? [`${late.length} calls were accepted after Mixpanel's window`] : []),
    ...(doneMilliseconds === null ? ['not everything was applied and delivered in 10 minutes'] : []),
  ]
  return { wrong, missed }
}
