import { Command, Option } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'
import { faultKinds } from './history.ts'
import type { RowOptions } from './plan-rows.ts'

export interface ConvergenceOptions extends RowOptions {
  readonly seed: number
  readonly controls: boolean
  /** One history alone, as printed by a run that failed. */
  readonly path?: string
}

const choice = (flag: string, text: string, names: readonly string[]): Option =>
  new Option(flag, text).choices([...names, 'all']).default('all')

/** Throws commander's `CommanderError` after it has reported bad usage or help. */
export const readConvergenceOptions = (
  argv: readonly string[],
  report?: (text: string) => void,
): ConvergenceOptions => {
  const command = new Command('test:convergence')
    .description(
      'Plays random histories of a model of Mixpanel and compares its set of members with ours. By default 20,000 of each kind in the memory store, 2,000 in SQLite, 20,000 through the receiver on each of the two, and 300 on PostgreSQL in both ways: about half an hour on two cores. --histories 300 is the short form.',
    )
    .exitOverride()
    .allowExcessArguments(false)
    .option(
      '--histories <count>',
      'of each row of the table, fewer for a shorter run',
      wholeNumber(1, 1_000_000),
    )
    .option('--seed <number>', 'same seed, same histories', wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(choice('--faults <kind>', 'what goes wrong on the way', faultKinds))
    .addOption(choice('--store <name>', 'where the ledger is', ['memory', 'sqlite', 'postgres']))
    .addOption(
      choice('--through <part>', 'the store itself, or the receiver over HTTP', ['store', 'receiver']),
    )
    .option('--controls', 'play broken receivers: each must be caught', false)
    .option('--path <path>', 'tell one history, as printed by a run that failed')
  if (report) command.configureOutput({ writeErr: report, writeOut: report })
  return command.parse([...argv], { from: 'user' }).opts<ConvergenceOptions>()
}
