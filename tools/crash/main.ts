import { Command } from 'commander'
import { formatDuration } from '../terminal/format.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { playRuns } from './play-runs.ts'
import { exitCodeOf, renderCrashReport } from './report.ts'

const { runs, seed, broken } = new Command('crash')
  .description('Kills the receiver at random moments of a sync and compares the sets of members in the end.')
  .option('--runs <count>', 'runs, of about 3 s each', wholeNumber(1, 10_000), 10)
  .option('--seed <number>', 'of the first run; the next run takes the next', wholeNumber(0, 2 ** 31 - 1), 1)
  .option('--broken', 'play a receiver that acknowledges before it stores: it must be caught', false)
  .allowExcessArguments(false)
  .parse()
  .opts<{ runs: number; seed: number; broken: boolean }>()

// An exit, unlike a signal, lets what is running be ended and its files be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))

const play = async (): Promise<0 | 1> => {
  const start = performance.now()
  const variant = broken ? 'acknowledge-first' : 'real'
  const results = await playRuns({ runs, seed, variant }, process.stdout)
  console.log(`\n${renderCrashReport(results)}\n\nTook ${formatDuration(performance.now() - start)}.`)
  const exitCode = exitCodeOf(results, broken)
  if (broken) console.log(exitCode === 0 ? 'The broken receiver was caught.' : 'It was not caught.')
  return exitCode
}

try {
  process.exitCode = await play()
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
