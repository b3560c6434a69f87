import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import type { ApiCommand } from '../command-line/api-command.ts'
import type { ToldDestination } from '../command-line/api-types.ts'
import { CommandError } from '../command-line/command-error.ts'
import { findAccount, findDestination } from '../command-line/find-thing.ts'
import { accountArgument, destinationArgument } from '../command-line/options.ts'
import { renderFields, renderTable } from '../command-line/render-table.ts'
import { propertiesText, saidDestination } from '../command-line/said-destination.ts'
import { shownText, shownTime } from '../command-line/shown.ts'

export const listDestinations: ApiCommand = {
  name: 'list',
  summary: 'list the destinations of an account',
  arguments: [accountArgument()],
  examples: ['destinations list Acme'],
  run: async ({ api, given: [account = ''] }) => {
    const { id } = await findAccount(api, account)
    const answer = await api.call<{ destinations: ToldDestination[] }>('GET', [
      'accounts',
      id,
      'destinations',
    ])
    const none = `There are no destinations: members go nowhere. Make one: cohort-relay destinations create ${id} --help\n`
    return { json: answer, text: answer.destinations.length === 0 ? none : tableOf(answer.destinations) }
  },
}

const tableOf = (destinations: readonly ToldDestination[]): string =>
  renderTable<ToldDestination>(
    [
      { title: 'id', cell: ({ id }) => id, whole: true },
      { title: 'connector', cell: ({ connector }) => connector },
      { title: 'state', cell: ({ state }) => state },
      { title: 'identity', cell: ({ identity }) => identity.map(({ property }) => property).join(', ') },
      { title: 'properties', cell: ({ properties }) => propertiesText(properties) },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
    ],
    destinations,
  )

export const readDestination: ApiCommand = {
  name: 'read',
  summary: 'show a destination, with secrets masked',
  arguments: [accountArgument(), destinationArgument()],
  examples: ['destinations read Acme webhook'],
  run: async ({ api, given: [account = '', destination = ''] }) =>
    saidDestination(await findDestination(api, await findAccount(api, account), destination)),
}

interface IdentityResult {
  readonly memberId: string
  readonly matched: { readonly property: string; readonly kind: string; readonly value: string } | null
  readonly reason: string | null
  readonly properties: object | null
}

export const testIdentity: ApiCommand = {
  name: 'test-identity',
  summary: 'see who a member would be at a destination, and what would be sent',
  arguments: [accountArgument(), destinationArgument()],
  options: [
    new Option(
      '--member <json>',
      'an entry of members as Mixpanel sends it; @file reads a file, - standard input',
    ).makeOptionMandatory(),
  ],
  examples: [
    `destinations test-identity Acme webhook --member '{"mixpanel_distinct_id":"ann-1","email":"Ann@Example.com"}'`,
    'destinations test-identity Acme webhook --member @member.json',
  ],
  note: 'Nothing is kept and nobody is called.',
  run: async ({ api, given: [account = '', destination = ''], options, surroundings }) => {
    const owner = await findAccount(api, account)
    const { id } = await findDestination(api, owner, destination)
    const body = { member: readMember(await memberText(String(options['member']), surroundings.readInput)) }
    const path = ['accounts', owner.id, 'destinations', id, 'test-identity']
    const result = await api.call<IdentityResult>('POST', path, { body })
    return { json: result, text: textOf(result) }
  },
}

const memberText = async (text: string, readInput: () => Promise<string>): Promise<string> => {
  if (text === '-') return readInput()
  if (!text.startsWith('@')) return text
  try {
    return readFileSync(text.slice(1), 'utf8')
  } catch {
    throw new CommandError('usage', '--member: the file cannot be read.')
  }
}

const readMember = (text: string): object => {
  try {
    const member: unknown = JSON.parse(text)
    if (typeof member === 'object' && member !== null && !Array.isArray(member)) return member
  } catch {
    // Said below, without the text: it is a person's data.
  }
  throw new CommandError('usage', '--member must be one JSON object.')
}

const textOf = ({ memberId, matched, reason, properties }: IdentityResult): string =>
  renderFields([
    ['member', shownText(memberId)],
    [
      'matched',
      matched === null ? 'nothing: the member is skipped and reported' : shownText(matched.property),
    ],
    ['known there by', matched === null ? '-' : `${matched.kind} ${shownText(matched.value)}`],
    ...(reason === null ? [] : [['reason', shownText(reason)] as const]),
    ['sent with it', properties === null ? '-' : shownText(JSON.stringify(properties))],
  ])
