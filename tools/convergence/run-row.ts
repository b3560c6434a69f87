import fc from 'fast-check'
import { createProgress, type Screen } from '../terminal/progress.ts'
import { checkHistories, problemsOf, shrinkHistory, type CheckResult } from './check-histories.ts'
import { histories } from './history.ts'
import { openStage, openStages } from './open-stages.ts'
import type { Row } from './plan-rows.ts'
import { tellHistory } from './tell-history.ts'

/** Plays the row's histories in a place of their own. */
export const runRow = async (row: Row, seed: number, screen: Screen): Promise<CheckResult> => {
  const stages = openStages(row)
  const label = `${row.kind} ${row.store} ${row.through}`
  const progress = createProgress({ label, total: row.histories }, screen)
  try {
    return await checkHistories({ ...row, seed }, stages, (played) => progress.update(played))
  } finally {
    progress.finish()
    await Promise.all(stages.map((stage) => stage.close()))
  }
}

/** How to play the row once more. */
const commandOf = (row: Row, seed: number): string =>
  `npm run test:convergence -- --faults ${row.kind} --store ${row.store} --through ${row.through} --histories ${row.histories} --seed ${seed}`

/** Tells the simplest history that shows the failure, and how to play it again. Empty when the row passed. */
export const explainFailure = async (row: Row, result: CheckResult): Promise<readonly string[]> => {
  const problems = problemsOf(result)
  if (problems.length === 0) return []
  const lines = [`${row.kind}, ${row.store}, ${row.through}: ${problems.join('; ')}.`]
  const again = `Again: ${commandOf(row, result.seed)}`
  if (result.failedAt === undefined) return [...lines, again]
  const stage = await openStage(row)
  try {
    const shrunk = await shrinkHistory(result, result.failedAt, stage)
    if (shrunk === undefined) return [...lines, `History ${result.failedAt} alone does not show it.`, again]
    const story = await tellHistory(shrunk.history, stage)
    return [...lines, ...story.map((line) => `  ${line}`), `${again} --path ${shrunk.path}`]
  } finally {
    await stage.close()
  }
}

/** Tells the history at one path of each row. */
export const tellPath = async (
  rows: readonly Row[],
  seed: number,
  path: string,
): Promise<readonly string[]> => {
  const lines: string[] = []
  for (const row of rows) {
    const stage = await openStage(row)
    const [history] = fc.sample(fc.tuple(histories(row.kind)), { numRuns: 1, seed, path })[0] ?? []
    if (history)
      lines.push(`${row.kind}, ${row.store}, ${row.through}`, ...(await tellHistory(history, stage)))
    await stage.close()
  }
  return lines
}
