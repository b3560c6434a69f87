import { createCleanup } from '../demo/cleanup.ts'
import { createProgress, type Screen } from '../terminal/progress.ts'
import type { FaultRow, Finding, Play } from './fault-row.ts'
import type { FaultOptions } from './options.ts'

export interface RowResult {
  readonly row: FaultRow
  readonly finding: Finding
  /** Undefined: there is none, or it was left out. */
  readonly control: Finding | undefined
  readonly milliseconds: number
}

/** Whoever watches is told what is waited for after this time. */
const silentMilliseconds = 10_000

interface Playing {
  readonly play: Play
  readonly label: string
  readonly runs: number
}

/** An exception is a finding: whatever ended the row, the invariant was not shown to hold. */
const playSafely = async (
  { play, label, runs }: Playing,
  options: FaultOptions,
  screen: Screen,
): Promise<Finding> => {
  const { seed, minutes, quick } = options
  const cleanup = createCleanup()
  const endNow = (): void => cleanup.runNow()
  process.once('exit', endNow)
  const progress = createProgress({ label, total: runs }, screen)
  const waits = (): void => {
    progress.finish()
    screen.write(`  ${label} waits until nothing goes on any more\n`)
  }
  let done = 0
  let waiting: NodeJS.Timeout | undefined
  const tick = (): void => {
    progress.update((done += 1))
    if (done === runs) waiting = setTimeout(waits, silentMilliseconds)
  }
  try {
    return await play({ runs, seed, minutes: minutes ?? (quick ? 0.2 : 5), quick, cleanup, tick })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { n: done, figure: 'broke off', problems: [`broke off: ${reason}`] }
  } finally {
    clearTimeout(waiting)
    progress.finish()
    await cleanup.run()
    process.off('exit', endNow)
  }
}

/** In the short form, of a row that is asked for by name and is too long to be part of it. */
const leastRuns = 4

const runsOf = (row: FaultRow, { runs, minutes, quick }: FaultOptions): number => {
  if (runs !== undefined) return runs
  if (minutes !== undefined && row.runsPerMinute !== undefined) return minutes * row.runsPerMinute
  return quick ? row.quickRuns || leastRuns : row.runs
}

/** The row, then its control. */
export const playRow = async (row: FaultRow, options: FaultOptions, screen: Screen): Promise<RowResult> => {
  const start = performance.now()
  const runs = runsOf(row, options)
  const finding = await playSafely({ play: row.play, label: row.id, runs }, options, screen)
  const { control } = row
  const controlRuns = control && Math.min(control.runs, Math.max(runs, 1))
  const caught =
    control && options.controls
      ? await playSafely(
          { play: control.play, label: `${row.id} control`, runs: controlRuns ?? 1 },
          options,
          screen,
        )
      : undefined
  return { row, finding, control: caught, milliseconds: performance.now() - start }
}

export const hasPassed = ({ finding, control }: RowResult): boolean =>
  finding.problems.length === 0 && finding.n > 0 && (control === undefined || isCaught(control))

/** A control that broke off has shown nothing. */
export const isCaught = ({ problems }: Finding): boolean =>
  problems.length > 0 && !problems.some((problem) => problem.startsWith('broke off'))
