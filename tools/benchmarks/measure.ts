import { setTimeout } from 'node:timers/promises'
import { measuredCohort, warmUpCohort, type PreparedPages } from './prepare-pages.ts'
import { processUsage } from './process-usage.ts'
import { sendLoad, type LoadResult } from './send-load.ts'
import type { Target } from './start-target.ts'
import { percentile } from './statistics.ts'

/** One contestant in one run. Null: not told by this system, or no meaning here. */
export interface Measurement {
  readonly membersPerSecond: number
  readonly p50: number | null
  readonly p99: number | null
  readonly cpuPerPage: number | null
  readonly peakMegabytes: number | null
}

export interface Measured {
  /** Until the last page was answered. */
  readonly answered: Measurement
  /** Until the ledger held every member; only for whole pages. */
  readonly applied: Measurement | undefined
  readonly failures: readonly string[]
}

interface Cost {
  readonly milliseconds: number
  readonly cpuMilliseconds: number | null
}

export interface Sending {
  readonly pages: PreparedPages
  readonly connections: number
  /** True: the pages are whole syncs and the ledger is waited for. */
  readonly isApplied: boolean
}

const applyTimeout = 300_000

const untilApplied = async (target: Target, { pages, isApplied }: Sending, part: keyof PreparedPages) => {
  if (!isApplied) return
  const cohort = part === 'warmUp' ? warmUpCohort : measuredCohort
  const members = pages[part].length * 1000
  const start = performance.now()
  while ((await target.membersOf(cohort)) < members) {
    if (performance.now() - start > applyTimeout)
      throw new Error('The ledger did not get all members in time.')
    await setTimeout(20)
  }
}

const startClock = (pid: number): (() => Cost) => {
  const start = performance.now()
  const before = processUsage(pid)
  return () => {
    const after = processUsage(pid)
    return {
      milliseconds: performance.now() - start,
      cpuMilliseconds: before && after ? after.cpuMilliseconds - before.cpuMilliseconds : null,
    }
  }
}

const measurementOf = (cost: Cost, pages: number, pid: number): Measurement => ({
  membersPerSecond: (pages * 1000 * 1000) / cost.milliseconds,
  p50: null,
  p99: null,
  cpuPerPage: cost.cpuMilliseconds === null ? null : cost.cpuMilliseconds / pages,
  peakMegabytes: processUsage(pid)?.peakMegabytes ?? null,
})

const withLatencies = (measurement: Measurement, { latencies }: LoadResult): Measurement => ({
  ...measurement,
  p50: percentile(latencies, 0.5),
  p99: percentile(latencies, 0.99),
})

/** Warms the target up, then sends the measured pages by the clock. */
export const measure = async (target: Target, sending: Sending): Promise<Measured> => {
  const { webhookUrl: url, key, pid } = target
  const { pages, connections } = sending
  const warmUp = await sendLoad({ url, key, connections, bodies: pages.warmUp })
  await untilApplied(target, sending, 'warmUp')
  const count = pages.measured.length
  const elapsed = startClock(pid)
  const load = await sendLoad({ url, key, connections, bodies: pages.measured })
  const answered = withLatencies(measurementOf(elapsed(), count, pid), load)
  await untilApplied(target, sending, 'measured')
  const applied = sending.isApplied ? measurementOf(elapsed(), count, pid) : undefined
  return { answered, applied, failures: [...warmUp.failures, ...load.failures] }
}
