import { CommanderError } from 'commander'
import { readOptions } from './options.ts'
import { simulate } from './simulate.ts'
import { exitCodeOf, renderSummary } from './summary.ts'

const run = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2))
  const played = await simulate(options, options.json ? undefined : process.stdout)
  console.log(options.json ? JSON.stringify({ syncs: played }) : `\n${renderSummary(played)}`)
  return exitCodeOf(played)
}

try {
  process.exitCode = await run()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
