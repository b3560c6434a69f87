import { createProgress, type Screen } from '../terminal/progress.ts'
import { brokenReceivers, type BrokenReceiver } from './broken-receivers.ts'
import { checkHistories } from './check-histories.ts'
import type { ControlResult } from './report.ts'

interface ControlPlan {
  readonly histories: number
  readonly seed: number
}

/** Plays refusals against one broken receiver. */
export const runControl = async (
  { name, openStage }: BrokenReceiver,
  plan: ControlPlan,
  screen?: Screen,
): Promise<ControlResult> => {
  const progress = screen && createProgress({ label: name.slice(0, 24), total: plan.histories }, screen)
  const stage = await openStage()
  const { histories, diverged } = await checkHistories({ ...plan, kind: 'refusals' }, [stage], (played) =>
    progress?.update(played),
  )
  progress?.finish()
  return { name, histories, diverged }
}

export const runControls = async (plan: ControlPlan, screen: Screen): Promise<readonly ControlResult[]> => {
  const results: ControlResult[] = []
  for (const receiver of brokenReceivers) results.push(await runControl(receiver, plan, screen))
  return results
}
