import { Argument, Option } from 'commander'
import type { ApiCommand, CommandCall } from '../command-line/api-command.ts'
import type { ToldConnector, ToldDestination } from '../command-line/api-types.ts'
import { CommandError } from '../command-line/command-error.ts'
import { findAccount, findDestination } from '../command-line/find-thing.ts'
import { accountArgument, destinationArgument } from '../command-line/options.ts'
import { readConnectorSettings, readIdentity, readProperties } from '../command-line/read-parts.ts'
import { saidDestination } from '../command-line/said-destination.ts'

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

const options = (): Option[] => [
  new Option('--set <name=value>', "one setting of the connector; secrets as name='${VARIABLE}'").argParser(
    collect,
  ),
  new Option(
    '--identity <property:kind>',
    'who a member is there: email, phone or id; several are tried in order',
  ).argParser(collect),
  new Option('--properties <names>', 'which properties are sent: all, none, or names with commas'),
  new Option('--no-verify', 'do not ask the partner whether it accepts the settings'),
]

const note = `Secrets are taken from the environment alone: name='\${VARIABLE}', in single quotes, so that neither the history of the
shell nor the list of processes shows them. The settings of a connector: cohort-relay connectors show <connector>`

export const createDestination: ApiCommand = {
  name: 'create',
  summary: 'configure a connector for an account; the partner is asked first',
  arguments: [accountArgument(), new Argument('<connector>', 'id of the connector')],
  options: options(),
  examples: [
    "destinations create Acme webhook --set url=https://partner.example/cohorts --set secret='${PARTNER_SECRET}'",
    "destinations create Acme webhook --set url=https://partner.example/cohorts --set secret='${PARTNER_SECRET}' --identity crm_id:id --identity email:email --properties all",
  ],
  note,
  run: async (call) => {
    const {
      api,
      given: [account = '', connector = ''],
    } = call
    const { id } = await findAccount(api, account)
    const { settings = {}, ...view } = partsOf(await connectorOf(call, connector), call)
    const made = await api.call<ToldDestination & { needsFullSync: boolean }>(
      'POST',
      ['accounts', id, 'destinations'],
      { query: verification(call), body: { connector, settings, ...view } },
    )
    return saidDestination(made, made.needsFullSync ? needsFullSync : '')
  },
}

const needsFullSync = `Members came before anything kept what this destination uses: some may lack it until the next full sync of each
cohort.

`

export const updateDestination: ApiCommand = {
  name: 'update',
  summary: 'change settings, identity or properties of a destination; the rest stays',
  arguments: [accountArgument(), destinationArgument()],
  options: options(),
  examples: [
    "destinations update Acme webhook --set secret='${PARTNER_SECRET}'",
    'destinations update Acme webhook --set membersPerCall=200 --identity email:email',
  ],
  note: `A value of null takes an optional setting away. Another identity or other properties are told to the partner for every
member whom they concern. Refused when somebody else changes the destination at the same moment.

${note}`,
  run: async (call) => {
    const {
      api,
      given: [account = '', destination = ''],
    } = call
    const owner = await findAccount(api, account)
    const found = await findDestination(api, owner, destination)
    const body = partsOf(await connectorOf(call, found.connector), call)
    if (Object.keys(body).length === 0)
      throw new CommandError('usage', 'Say what to change: --set, --identity or --properties.')
    const path = ['accounts', owner.id, 'destinations', found.id]
    return saidDestination(
      await api.call('PATCH', path, { query: verification(call), body, version: found.version }),
    )
  },
}

const connectorOf = ({ api }: CommandCall, id: string): Promise<ToldConnector> =>
  api.call('GET', ['connectors', id])

const verification = ({ options: { verify } }: CommandCall) => ({ verify: String(verify) })

interface DestinationParts {
  readonly settings?: Record<string, unknown>
  readonly identity?: object[]
  readonly properties?: 'all' | string[]
}

/** What the options name. */
const partsOf = (
  connector: ToldConnector,
  { options: given, surroundings }: CommandCall,
): DestinationParts => {
  const { set, identity, properties } = given as {
    readonly set?: string[]
    readonly identity?: string[]
    readonly properties?: string
  }
  return {
    ...(set !== undefined && { settings: readConnectorSettings(connector, set, surroundings.environment) }),
    ...(identity !== undefined && { identity: readIdentity(identity) }),
    ...(properties !== undefined && { properties: readProperties(properties) }),
  }
}
