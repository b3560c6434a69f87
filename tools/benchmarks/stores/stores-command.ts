import { tmpdir } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { wholeNumber } from '../../terminal/whole-number.ts'

export const partNames = ['ack', 'apply', 'delivery', 'workers', 'accounts', 'aligned'] as const
export type PartName = (typeof partNames)[number]

export interface StoresOptions {
  /** Undefined: all parts. */
  readonly only?: PartName
  /** Turns of each contestant, interleaved. */
  readonly runs: number
  /** Of the cohort that is acknowledged, applied and delivered. */
  readonly members: number
  /** With one cohort and one destination each. */
  readonly accounts: number
  /** Numbers of worker processes that are compared, rising. The first is the measure of the others. */
  readonly workers: readonly number[]
  /** For how long an idle process is watched. */
  readonly idleSeconds: number
  /** How long calls come in at the same moment. */
  readonly seconds: number
  readonly seed: number
  /** The databases are made below it. */
  readonly folder: string
  /** Sizes are too small for targets to be judged. */
  readonly quick: boolean
  readonly json?: string
}

const quickSizes = {
  runs: 1,
  members: 4000,
  accounts: 2000,
  workers: [1, 2],
  idleSeconds: 2,
  seconds: 3,
} as const

const workerCounts = (text: string): readonly number[] => {
  const counts = text.split(',').map(Number)
  const isRising = counts.every((count, index) => count > (counts[index - 1] ?? 0))
  if (isRising && counts.every((count) => Number.isInteger(count) && count <= 32)) return counts
  throw new InvalidArgumentError('Give rising whole numbers from 1 to 32, for example 1,2,4.')
}

const notes = `
Parts:
  ack       durable acknowledgement of 1,000-member pages on each store
  apply     members applied a second: new, unchanged, 1 % changed
  delivery  changes a second to a partner that answers at once, and after 50 ms
  workers   several ROLE=deliver processes against a partner that answers after 50 ms
  accounts  key look-ups, due feeds and an idle process among very many accounts
  aligned   accounts that all sync in the same minute, more than can be taken

All but the first three are of PostgreSQL alone. Exit codes: 0 every target was met, 1 one was not, or an answer was wrong.`

/** What was not chosen is small after --quick. */
const sized = (options: StoresOptions, command: Command): StoresOptions => {
  if (!options.quick) return options
  const chosen = Object.entries(options).filter(([name]) => command.getOptionValueSource(name) === 'cli')
  return { ...options, ...quickSizes, ...(Object.fromEntries(chosen) as Partial<StoresOptions>) }
}

export const createStoresCommand = (run: (options: StoresOptions) => Promise<void>): Command =>
  new Command('stores')
    .description(
      'SQLite and PostgreSQL side by side; workers, many accounts and the busiest minute on PostgreSQL.',
    )
    .addOption(new Option('--only <part>', 'one part alone').choices([...partNames]))
    .option('--runs <count>', 'interleaved runs', wholeNumber(1, 100), 3)
    .option('--members <count>', 'members of the measured cohort', wholeNumber(1000, 10_000_000), 100_000)
    .option('--accounts <count>', 'accounts of the part of that name', wholeNumber(100, 1_000_000), 100_000)
    .option('--workers <counts>', 'numbers of worker processes that are compared', workerCounts, [1, 2, 4])
    .option('--idle-seconds <count>', 'how long an idle process is watched', wholeNumber(1, 3600), 30)
    .option('--seconds <count>', 'how long the aligned calls come in', wholeNumber(1, 600), 60)
    .option('--seed <number>', 'same seed, same people', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--quick', 'small sizes, to see that everything runs; the figures mean little', false)
    .option('--folder <path>', 'where the databases are made; a real disk, please', tmpdir())
    .option('--json <file>', 'write all figures to this file as well')
    .addHelpText('after', notes)
    .allowExcessArguments(false)
    .action((given: StoresOptions, command: Command) => run(sized(given, command)))
