import { createCleanup } from '../demo/cleanup.ts'
import { createProgress, type Screen } from '../terminal/progress.ts'
import { planRun } from './plan-run.ts'
import { runOnce, type RunResult } from './run-once.ts'
import { setUpStage } from './set-up-stage.ts'
import type { Variant } from './start-victim.ts'

export interface CrashOptions {
  readonly runs: number
  /** Of the first run; each further run takes the next number. */
  readonly seed: number
  readonly variant: Variant
}

/** The control loses pages for good: waiting long for them would only take time. */
const settleLimits: Readonly<Record<Variant, number>> = { real: 20_000, 'acknowledge-first': 3000 }

const playRun = async (seed: number, variant: Variant): Promise<RunResult> => {
  const cleanup = createCleanup()
  const endNow = (): void => cleanup.runNow()
  process.once('exit', endNow)
  try {
    const plan = planRun(seed)
    const stage = await setUpStage(plan, variant, cleanup)
    return await runOnce(stage, plan, { settle: settleLimits[variant] })
  } finally {
    await cleanup.run()
    process.off('exit', endNow)
  }
}

/** One run after another, each with processes, a folder and a database of its own. */
export const playRuns = async (options: CrashOptions, screen: Screen): Promise<readonly RunResult[]> => {
  const progress = createProgress({ label: 'runs', total: options.runs }, screen)
  const results: RunResult[] = []
  for (let index = 0; index < options.runs; index += 1) {
    results.push(await playRun(options.seed + index, options.variant))
    progress.update(results.length)
  }
  progress.finish()
  return results
}
