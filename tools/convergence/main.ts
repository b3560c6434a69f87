import { CommanderError } from 'commander'
import { formatDuration } from '../terminal/format.ts'
import { readConvergenceOptions, type ConvergenceOptions } from './options.ts'
import { planRows } from './plan-rows.ts'
import { renderControls, renderResults, type RowResult } from './report.ts'
import { runControls } from './run-controls.ts'
import { explainFailure, runRow, tellPath } from './run-row.ts'

const controlHistories = 1000

const playControls = async ({ histories = controlHistories, seed }: ConvergenceOptions): Promise<boolean> => {
  const results = await runControls({ histories, seed }, process.stdout)
  console.log(`\n${renderControls(results)}`)
  return results.every(({ diverged }) => diverged > 0)
}

const playRows = async (options: ConvergenceOptions): Promise<boolean> => {
  const results: RowResult[] = []
  for (const row of planRows(options)) {
    results.push({ row, result: await runRow(row, options.seed, process.stdout) })
  }
  console.log(`\n${renderResults(results)}`)
  const failures: string[] = []
  for (const { row, result } of results) failures.push(...(await explainFailure(row, result)))
  if (failures.length > 0) console.log(`\n${failures.join('\n')}`)
  return failures.length === 0
}

const run = async (): Promise<boolean> => {
  const options = readConvergenceOptions(process.argv.slice(2))
  const start = performance.now()
  if (options.path !== undefined) {
    console.log((await tellPath(planRows(options), options.seed, options.path)).join('\n'))
    return true
  }
  const passed = options.controls ? await playControls(options) : await playRows(options)
  console.log(
    `\n${passed ? 'Passed' : 'FAILED'}, seed ${options.seed}, ${formatDuration(performance.now() - start)}.`,
  )
  return passed
}

try {
  process.exitCode = (await run()) ? 0 : 1
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
