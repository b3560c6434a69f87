import { Command } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'
import { createCleanup } from './cleanup.ts'
import { renderKeep } from './render-keep.ts'
import { isSound, renderReport } from './report.ts'
import { runDemo, type DemoOptions } from './run-demo.ts'
import { startParts } from './start-parts.ts'

const options = new Command('demo')
  .description('Starts a receiver and a partner, plays Mixpanel, and compares the three sets of members.')
  .option('--members <count>', 'members of the first sync', wholeNumber(1000, 1_000_000), 25_000)
  .option('--seed <number>', 'same seed, same people', wholeNumber(0, 2 ** 31 - 1), 1)
  .option('--keep', 'leave all running until Ctrl-C', false)
  .parse()
  .opts<DemoOptions & { keep: boolean }>()

const cleanup = createCleanup()
let exitCode = 130
let isInterrupted = false

const interrupt = (): void => {
  // A second Ctrl-C does not wait for an orderly end.
  if (isInterrupted) process.exit(exitCode)
  isInterrupted = true
  void cleanup.run().finally(() => process.exit(exitCode))
}

const demo = async (): Promise<void> => {
  console.log('Cohort Relay demo: Mixpanel, played here -> receiver -> partner\n')
  const parts = await startParts(cleanup)
  console.log(`  Receiver  ${parts.receiver.url}, SQLite in ${parts.folder}`)
  console.log(`  Partner   ${parts.partner.url}\n`)
  try {
    const result = await runDemo(parts, options, process.stdout)
    exitCode = isSound(result.steps) ? 0 : 1
    console.log(`\n${renderReport(result.steps)}`)
    if (options.keep) console.log(`\n${renderKeep(result, parts.partner.url)}`)
  } catch (error) {
    const lines = parts.receiver.lastLines().map((line) => `  ${line}`)
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error([reason, '', 'Last lines of the receiver:', ...lines].join('\n'), { cause: error })
  }
}

const run = async (): Promise<void> => {
  try {
    await demo()
  } catch (error) {
    // What breaks while everything is being stopped is not news.
    if (isInterrupted) return
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    exitCode = 1
    return interrupt()
  }
  if (!options.keep) interrupt()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
process.on('exit', () => cleanup.runNow())
await run()
