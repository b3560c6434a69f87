import { Command } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'

export interface FaultOptions {
  /** Ids of rows; empty: all. */
  readonly only: readonly string[]
  /** Of each row; without it each row has its own number. */
  readonly runs?: number
  readonly seed: number
  readonly minutes?: number
  readonly quick: boolean
  readonly controls: boolean
}

const examples = `
Examples:
  npm run test:postgres-faults -- --quick
  npm run test:postgres-faults -- --only D-03 --runs 5
  npm run test:postgres-faults -- --only killing --minutes 5

Exit codes: 0 every row passed and every control was caught; 1 not; 2 bad usage.`

const idsOf = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...text.split(',').map((id) => id.trim()),
]

/** Throws commander's `CommanderError` after it has reported bad usage or help. */
export const readFaultOptions = (argv: readonly string[], report?: (text: string) => void): FaultOptions => {
  const command = new Command('test:postgres-faults')
    .description(
      'Does harm to real PostgreSQL servers, connections, receivers and workers, and checks that nothing acknowledged is lost. Everything runs on this machine. All rows by default take about two hours.',
    )
    .exitOverride()
    .allowExcessArguments(false)
    .option('--only <ids>', 'rows, such as D-03 or A-03,A-10; may be given again', idsOf, [])
    .option('--runs <count>', 'of each row, instead of its own number', wholeNumber(1, 100_000))
    .option('--minutes <count>', 'of rows that go by time', wholeNumber(1, 1440))
    .option('--seed <number>', 'same seed, same moments as planned', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--quick', 'the short form, about a minute', false)
    .option('--no-controls', 'leave out the broken variants that each row must catch')
    .addHelpText('after', examples)
  if (report) command.configureOutput({ writeErr: report, writeOut: report })
  return command.parse([...argv], { from: 'user' }).opts<FaultOptions>()
}
