import { Argument, Option, type Command } from 'commander'
import { apiCommand, commandGroup, type ApiCommand } from '../command-line/api-command.ts'
import type { ToldKey } from '../command-line/api-types.ts'
import { findAccount } from '../command-line/find-thing.ts'
import { accountArgument, readSeconds } from '../command-line/options.ts'
import { renderFields, renderTable } from '../command-line/render-table.ts'
import { shownName, shownTime } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay keys …` */
export const keysCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'keys',
    'API keys of an account: list, create, revoke, rotate',
    [list, create, revoke, rotate].map((one) => apiCommand(one, surroundings)),
  )

const keyArgument = new Argument('<key-id>', 'the public part of the key, as the list shows it')

interface MadeKey {
  readonly keyId: string
  readonly key: string
  readonly label: string
}

const list: ApiCommand = {
  name: 'list',
  summary: 'list the keys of an account, without the keys themselves',
  arguments: [accountArgument()],
  examples: ['keys list Acme'],
  run: async ({ api, given: [account = ''] }) => {
    const { id } = await findAccount(api, account)
    const answer = await api.call<{ keys: readonly ToldKey[] }>('GET', ['accounts', id, 'keys'])
    const none = `There are no keys. Make one: cohort-relay keys create ${id}\n`
    return { json: answer, text: answer.keys.length === 0 ? none : tableOf(answer.keys) }
  },
}

const tableOf = (keys: readonly ToldKey[]): string =>
  renderTable<ToldKey>(
    [
      { title: 'key id', cell: ({ keyId }) => keyId, whole: true },
      { title: 'label', cell: ({ label }) => label },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
      { title: 'last used', cell: ({ lastUsedAt }) => shownTime(lastUsedAt) },
      { title: 'state', cell: stateOf },
    ],
    keys,
  )

const stateOf = ({ state, revokedAt }: ToldKey): string =>
  state === 'valid' && revokedAt !== null ? `valid until ${shownTime(revokedAt)}` : state

const create: ApiCommand = {
  name: 'create',
  summary: 'make one more key for an account',
  arguments: [accountArgument()],
  options: [new Option('--label <text>', 'where it is used')],
  examples: [
    'keys create Acme --label "Mixpanel, EU project"',
    'KEY=$(cohort-relay keys create Acme --field key)',
  ],
  note: 'The key is shown this once.',
  run: async ({ api, given: [account = ''], options: { label } }) => {
    const { id } = await findAccount(api, account)
    const body = label === undefined ? {} : { label }
    const made = await api.call<MadeKey>('POST', ['accounts', id, 'keys'], { body })
    return { json: made, text: renderFields(fieldsOf(made)) }
  },
}

const fieldsOf = ({ keyId, key, label }: MadeKey): [string, string][] => [
  ['key id', keyId],
  ['label', shownName(label)],
  ['key', `${key}  (shown this once)`],
]

const revoke: ApiCommand = {
  name: 'revoke',
  summary: 'end a key: it opens nothing any more, after five seconds at the latest',
  arguments: [accountArgument(), keyArgument],
  confirms: true,
  examples: ['keys revoke Acme 4fGh7Kq2LmN0', 'keys revoke Acme 4fGh7Kq2LmN0 --yes'],
  note: 'To replace a key without an interruption, rotate it.',
  run: async ({ api, given: [account = '', keyId = ''], confirm }) => {
    const { id, name } = await findAccount(api, account)
    await confirm(`Revoke the key ${keyId} of ${shownName(name)}? Syncs that use it are answered 401.`)
    await api.call('DELETE', ['accounts', id, 'keys', keyId])
    return { text: `The key ${keyId} is revoked.\n` }
  },
}

const rotate: ApiCommand = {
  name: 'rotate',
  summary: 'replace a key by a new one; the old one works on for a while',
  arguments: [accountArgument(), keyArgument],
  options: [
    new Option('--grace <time>', 'how long the old key works on: 0 to 7d')
      .argParser(readSeconds)
      .default(86_400, '24h'),
    new Option('--label <text>', 'default: that of the old key'),
  ],
  examples: ['keys rotate Acme 4fGh7Kq2LmN0 --grace 7d', 'keys rotate Acme 4fGh7Kq2LmN0 --grace 0'],
  note: 'The new key is shown this once. Enter it in Mixpanel while the old one still works.',
  run: async ({ api, given: [account = '', keyId = ''], options: { grace: graceSeconds, label } }) => {
    const { id } = await findAccount(api, account)
    const body = { graceSeconds, ...(label !== undefined && { label }) }
    const path = ['accounts', id, 'keys', keyId, 'rotate']
    const made = await api.call<MadeKey & { replacedUntil: string }>('POST', path, { body })
    const until = `${keyId} works until ${shownTime(made.replacedUntil)} UTC`
    return { json: made, text: renderFields([...fieldsOf(made), ['old key', until]]) }
  },
}
