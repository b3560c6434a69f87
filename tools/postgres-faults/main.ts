import { CommanderError } from 'commander'
import { formatDuration } from '../terminal/format.ts'
import { readFaultOptions, type FaultOptions } from './options.ts'
import { hasPassed, playRow, type RowResult } from './play-row.ts'
import { explainFaults, renderFaults } from './report.ts'
import { chooseRows } from './rows.ts'

// An exit, unlike a signal, lets what is running be ended and its files be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))

let unhandled = 0
process.on('unhandledRejection', (reason) => {
  unhandled += 1
  console.error('Nobody handled:', reason)
})

const play = async (options: FaultOptions): Promise<boolean> => {
  const start = performance.now()
  const results: RowResult[] = []
  for (const row of chooseRows(options)) results.push(await playRow(row, options, process.stdout))
  console.log(`\n${renderFaults(results)}`)
  const reasons = explainFaults(results)
  if (reasons.length > 0) console.log(`\n${reasons.join('\n')}`)
  if (unhandled > 0) console.log(`\n${unhandled} rejections were handled by nobody.`)
  const passed = unhandled === 0 && results.length > 0 && results.every(hasPassed)
  console.log(
    `\n${passed ? 'Passed' : 'FAILED'}, seed ${options.seed}, ${formatDuration(performance.now() - start)}.`,
  )
  return passed
}

try {
  process.exitCode = (await play(readFaultOptions(process.argv.slice(2)))) ? 0 : 1
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
  }
}
// Pools that a server which is gone never answers would keep the process alive.
process.exit()
