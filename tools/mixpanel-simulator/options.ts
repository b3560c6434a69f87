import { Command, Option } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'
import { bodyForms, type BodyForm } from './pages.ts'
import { memberForms, type MemberForm } from './people.ts'
import { addTarget, type TargetOptions } from './target-options.ts'

export interface SimulatorOptions extends TargetOptions {
  readonly members: number
  readonly seed: number
  readonly form: MemberForm
  readonly body: BodyForm
  readonly add: number
  readonly remove: number
  readonly repeat: boolean
  readonly oneTime: boolean
  readonly recurring: boolean
  readonly interval: number
  readonly syncs: number
  readonly sessionShared: boolean
  readonly project: string
  readonly cohort: string
  readonly name: string
  readonly concurrency: number
  readonly json: boolean
}

const otherCommands = `
Other commands, each with a --help of its own:
  scenario <name or file>  play a story of faults and compare the members in the end
  capture                  write down a real sync on its way to a receiver
  replay <file>            send what was captured once more`

const largestCohort = 10_000_000

const addCohort = (command: Command): Command =>
  command
    .option('--project <id>', 'Mixpanel project id', '2200001')
    .option('--cohort <id>', 'Mixpanel cohort id', '5100001')
    .option('--name <name>', 'cohort name', 'Simulated cohort')

const addPeople = (command: Command): Command =>
  command
    .option('--members <count>', 'people in the first sync', wholeNumber(0, largestCohort), 25_000)
    .option('--seed <number>', 'same seed, same people', wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(new Option('--form <form>', 'member form').choices([...memberForms]).default('default'))
    .addOption(
      new Option('--body <form>', 'as documented, or as live bodies: no page_info, no description')
        .choices([...bodyForms])
        .default('documented'),
    )

const addSyncs = (command: Command): Command =>
  command
    .option('--add <count>', 'people who join before each diff', wholeNumber(0, largestCohort), 0)
    .option('--remove <count>', 'people who leave before each diff', wholeNumber(0, largestCohort), 0)
    .option('--repeat', 'at the end, the same full sync again', false)
    .addOption(
      new Option('--one-time', 'one full sync and no diff')
        .conflicts(['recurring', 'add', 'remove'])
        .default(false),
    )
    .option('--recurring', 'a full sync, then diffs at an interval', false)
    .option('--interval <seconds>', 'time between recurring syncs', wholeNumber(0, 86_400), 1800)
    .option('--syncs <count>', 'diffs of a recurring sync', wholeNumber(1, 100_000), 3)
    .option('--session-shared', 'both calls of a diff carry one session id', false)
    .option('--concurrency <count>', 'pages in flight at once', wholeNumber(1, 64), 1)
    .option('--json', 'print the summary as one JSON object and no progress', false)

const checkTogether = (command: Command): void => {
  const { members, remove } = command.opts<SimulatorOptions>()
  if (remove > members) {
    command.error(
      `error: option '--remove <count>' is ${remove}, more than the ${members} of '--members <count>'`,
    )
  }
  const isRecurring = command.opts<SimulatorOptions>().recurring
  for (const option of ['interval', 'syncs']) {
    if (isRecurring || command.getOptionValueSource(option) === 'default') continue
    command.error(`error: option '--${option}' needs '--recurring'`)
  }
}

/** Throws commander's `CommanderError`: `exitCode` 0 after `--help`, anything else is bad usage, already reported. */
export const readOptions = (argv: readonly string[], report?: (text: string) => void): SimulatorOptions => {
  const command = new Command('simulate')
    .description('Plays Mixpanel: sends the syncs of one cohort to a webhook.')
    .exitOverride()
    .allowExcessArguments(false)
  if (report) command.configureOutput({ writeErr: report, writeOut: report })
  addSyncs(addPeople(addCohort(addTarget(command))))
  command.addHelpText('after', otherCommands)
  command.parse([...argv], { from: 'user' })
  checkTogether(command)
  return command.opts<SimulatorOptions>()
}
