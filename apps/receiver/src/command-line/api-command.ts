import { Command, Option, type Argument } from 'commander'
import type { Api } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { exitCodesText, type Ending } from './exit-codes.ts'
import { reachApi, type ReachOptions } from './reach-api.ts'
import { runToEnd } from './run-to-end.ts'
import type { Surroundings } from './surroundings.ts'

/** What a command has to say. */
export interface Said {
  /** What the API answered; undefined where it had nothing to say. */
  readonly json?: unknown
  /** The same for people. */
  readonly text: string
  /** Default: done. */
  readonly ending?: Ending
}

export interface CommandCall {
  readonly api: Api
  readonly isOffline: boolean
  /** As the command line has them; undefined for one that is optional and not given. */
  readonly given: readonly (string | undefined)[]
  readonly options: Readonly<Record<string, unknown>>
  readonly surroundings: Surroundings
  /** Asks for a yes; without anybody to ask it demands --yes. */
  readonly confirm: (question: string) => Promise<void>
}

export interface ApiCommand {
  /** The word that calls it. */
  readonly name: string
  readonly summary: string
  readonly arguments?: readonly Argument[]
  readonly options?: readonly Option[]
  /** What follows `cohort-relay`. */
  readonly examples: readonly string[]
  /** Below the examples. */
  readonly note?: string
  /** True: it has --yes. */
  readonly confirms?: boolean
  readonly run: (call: CommandCall) => Promise<Said>
}

const waysText = `Works on the server at --url, COHORT_RELAY_URL or http://127.0.0.1:$PORT, with the token of COHORT_RELAY_TOKEN or
ADMIN_TOKEN. Where no server runs on this machine it works on the embedded database itself, and says so.`

const commonOptions = (): Option[] => [
  new Option('--url <url>', 'address of the server (default: COHORT_RELAY_URL, else http://127.0.0.1:$PORT)'),
  new Option('--offline', 'work on the embedded database itself; no server may run on it'),
  new Option('--json', "print the API's JSON and nothing else"),
  new Option('--field <name>', 'print one field of the answer and nothing else, such as id or key'),
]

const yes = (): Option => new Option('--yes', 'do not ask')

/** A command that works over the admin API. */
export const apiCommand = (definition: ApiCommand, surroundings: Surroundings): Command => {
  const command = new Command(definition.name).description(definition.summary)
  for (const argument of definition.arguments ?? []) command.addArgument(argument)
  const options = [
    ...(definition.options ?? []),
    ...(definition.confirms === true ? [yes()] : []),
    ...commonOptions(),
  ]
  for (const option of options) command.addOption(option)
  return command
    .addHelpText('after', helpText(definition))
    .action((...parameters: unknown[]) =>
      runToEnd(surroundings, () => run(definition, parameters, surroundings)),
    )
}

/** Commands about one thing: `cohort-relay <name> <command>`. */
export const commandGroup = (name: string, summary: string, commands: readonly Command[]): Command => {
  const group = new Command(name).description(summary)
  for (const command of commands) group.addCommand(command)
  return group.addHelpText('after', `\nExamples of one: cohort-relay ${name} ${commands[0]!.name()} --help`)
}

const helpText = ({ examples, note }: ApiCommand): string =>
  [
    '',
    'Examples:',
    ...examples.map((example) => `  cohort-relay ${example}`),
    ...(note === undefined ? [] : ['', note]),
    '',
    waysText,
    '',
    exitCodesText,
  ].join('\n')

interface CommonOptions extends ReachOptions {
  readonly json?: boolean
  readonly field?: string
  readonly yes?: boolean
}

const run = async (
  definition: ApiCommand,
  parameters: readonly unknown[],
  surroundings: Surroundings,
): Promise<Ending> => {
  // commander hands over the arguments, then the options, then the command.
  const given = parameters.slice(0, -2) as (string | undefined)[]
  const options = parameters.at(-2) as CommonOptions
  const reached = await reachApi(options, surroundings)
  try {
    const said = await definition.run({
      ...reached,
      given,
      options: options as CommandCall['options'],
      surroundings,
      confirm: confirmation(options, surroundings),
    })
    surroundings.write(printed(said, options))
    return said.ending ?? 'done'
  } finally {
    await reached.close()
  }
}

const confirmation =
  ({ yes: isSure = false }: CommonOptions, { isTerminal, ask }: Surroundings) =>
  async (question: string): Promise<void> => {
    if (isSure) return
    if (!isTerminal) throw new CommandError('usage', `${question}\nNobody can be asked here: add --yes.`)
    const answer = await ask(`${question} [y/N] `)
    if (!/^\s*y(es)?\s*$/i.test(answer)) throw new CommandError('failed', 'Nothing was changed.')
  }

const printed = ({ json, text }: Said, { json: asJson = false, field }: CommonOptions): string => {
  if (field !== undefined) return fieldOf(json, field)
  if (!asJson) return text
  return json === undefined ? '' : `${JSON.stringify(json, null, 2)}\n`
}

const fieldOf = (json: unknown, field: string): string => {
  const object = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  if (!Object.hasOwn(object, field))
    throw new CommandError(
      'usage',
      `The answer has no field ${field}. It has: ${Object.keys(object).join(', ') || 'none'}`,
    )
  const value = object[field]
  return `${typeof value === 'string' ? value : JSON.stringify(value)}\n`
}
