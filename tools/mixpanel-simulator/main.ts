import { CommanderError } from 'commander'
import { captureCommand } from './capture-command.ts'
import { readOptions } from './options.ts'
import { replayCommand } from './replay-command.ts'
import { scenarioCommand } from './scenario-command.ts'
import { simulate } from './simulate.ts'
import { exitCodeOf, renderSummary } from './summary.ts'

const write = (line: string): void => console.log(line)

const interrupted = (): Promise<unknown> =>
  new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))

const simulateCommand = async (argv: readonly string[]): Promise<number> => {
  const options = readOptions(argv)
  const played = await simulate(options, options.json ? undefined : process.stdout)
  console.log(options.json ? JSON.stringify({ syncs: played }) : `\n${renderSummary(played)}`)
  return exitCodeOf(played)
}

const run = async ([name = '', ...rest]: readonly string[]): Promise<number> => {
  if (name === 'scenario') return await scenarioCommand(rest, write)
  if (name === 'capture') return await captureCommand(rest, write, interrupted())
  if (name === 'replay') return await replayCommand(rest, write)
  return await simulateCommand(process.argv.slice(2))
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
