import { Argument, Option, type Command } from 'commander'
import { apiCommand, commandGroup, type ApiCommand, type Said } from '../command-line/api-command.ts'
import type { ToldAccount } from '../command-line/api-types.ts'
import { findAccount } from '../command-line/find-thing.ts'
import { listAll } from '../command-line/list-all.ts'
import { accountArgument, settingsArgument } from '../command-line/options.ts'
import { readSettings } from '../command-line/read-settings.ts'
import { renderFields, renderTable } from '../command-line/render-table.ts'
import { shownCount, shownName, shownText, shownTime } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay accounts …` */
export const accountsCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'accounts',
    'customers: list, create, read, rename, settings, disable, enable, delete',
    [list, create, read, rename, settings, disable, enable, remove].map((one) =>
      apiCommand(one, surroundings),
    ),
  )

const list: ApiCommand = {
  name: 'list',
  summary: 'list the accounts',
  examples: ['accounts list', "accounts list --json | jq -r '.accounts[].id'"],
  run: async ({ api }) => {
    const accounts = await listAll<ToldAccount>(api, ['accounts'], { name: 'accounts' })
    return { json: { accounts, next: null }, text: accounts.length === 0 ? noAccounts : tableOf(accounts) }
  },
}

const noAccounts = 'There are no accounts yet. Make one: cohort-relay accounts create Acme\n'

const tableOf = (accounts: readonly ToldAccount[]): string => {
  const sorted = accounts.toSorted((one, other) => one.name.localeCompare(other.name))
  const table = renderTable<ToldAccount>(
    [
      { title: 'name', cell: ({ name }) => name },
      { title: 'id', cell: ({ id }) => id, whole: true },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
      { title: 'state', cell: stateOf },
    ],
    sorted,
  )
  return `${table}\n${shownCount(accounts.length)} account${accounts.length === 1 ? '' : 's'}\n`
}

const stateOf = ({ deletingSince, settings: { disabled } }: ToldAccount): string => {
  if (deletingSince !== null) return 'being deleted'
  return disabled ? 'disabled' : 'active'
}

const create: ApiCommand = {
  name: 'create',
  summary: 'make an account with its first key',
  arguments: [new Argument('<name>', 'what you call the customer'), settingsArgument()],
  examples: [
    'accounts create Acme',
    'accounts create "Acme Ltd" massRemovalPercent=80',
    'KEY=$(cohort-relay accounts create Acme --field key)',
  ],
  note: 'The key is shown this once. The customer enters it in Mixpanel.',
  run: async ({ api, given: [name, ...pairs] }) => {
    const body = { name, settings: readSettings(pairs.flat() as string[]) }
    const made = await api.call<ToldAccount & { key: string; keyId: string }>('POST', ['accounts'], { body })
    const text = renderFields([
      ['account', `${made.id}  ${shownName(made.name)}`],
      ['key', `${made.key}  (shown this once)`],
      ['next', `cohort-relay destinations create ${made.id} --help`],
    ])
    return { json: made, text }
  },
}

const read: ApiCommand = {
  name: 'read',
  summary: 'show an account with its settings',
  arguments: [accountArgument()],
  examples: ['accounts read Acme', 'accounts read Acme --field id'],
  run: async ({ api, given: [account = ''] }) => said(await findAccount(api, account)),
}

const said = (account: ToldAccount, first = ''): Said => ({
  json: account,
  text: `${first}${renderFields([
    ['name', shownText(account.name)],
    ['id', account.id],
    ['created', `${shownTime(account.createdAt)} UTC`],
    ['state', stateOf(account)],
    ...Object.entries(account.settings).map(([name, value]) => [name, JSON.stringify(value)] as const),
  ])}`,
})

const rename: ApiCommand = {
  name: 'rename',
  summary: 'give an account another name',
  arguments: [accountArgument(), new Argument('<name>', 'its new name')],
  examples: ['accounts rename Acme "Acme Ltd"'],
  run: async ({ api, given: [account = '', name] }) => {
    const { id } = await findAccount(api, account)
    return said(await api.call('PATCH', ['accounts', id], { body: { name } }))
  },
}

const settings: ApiCommand = {
  name: 'settings',
  summary: 'show the settings of an account, or change some of them',
  arguments: [accountArgument(), settingsArgument()],
  examples: [
    'accounts settings Acme',
    'accounts settings Acme massRemovalPercent=80 reportDestinationErrors=null',
  ],
  run: async ({ api, given: [account = '', ...pairs] }) => {
    const found = await findAccount(api, account)
    const change = readSettings(pairs.flat() as string[])
    if (Object.keys(change).length === 0) return said(found)
    return said(await api.call('PATCH', ['accounts', found.id], { body: { settings: change } }))
  },
}

const disable: ApiCommand = {
  name: 'disable',
  summary: 'answer 403 to the pages of an account, and let what is owed wait',
  arguments: [accountArgument()],
  examples: ['accounts disable Acme'],
  run: async ({ api, given: [account = ''] }) => {
    const { id } = await findAccount(api, account)
    return said(await api.call('POST', ['accounts', id, 'disable']))
  },
}

const enable: ApiCommand = {
  name: 'enable',
  summary: 'take the pages of an account again, and deliver what waited',
  arguments: [accountArgument()],
  examples: ['accounts enable Acme'],
  run: async ({ api, given: [account = ''] }) => {
    const { id } = await findAccount(api, account)
    return said(
      await api.call('POST', ['accounts', id, 'enable']),
      'Mixpanel goes on once somebody resumes the sync there.\n\n',
    )
  },
}

const remove: ApiCommand = {
  name: 'delete',
  summary: 'delete an account with all that belongs to it',
  arguments: [accountArgument()],
  options: [new Option('--no-drain', 'leave its members at its destinations as they are')],
  confirms: true,
  examples: ['accounts delete Acme', 'accounts delete Acme --no-drain --yes'],
  note: 'Its keys open nothing from then on. Its members are removed at its destinations first, in the background.',
  run: async ({ api, isOffline, given: [account = ''], options: { drain }, confirm }) => {
    const { id, name } = await findAccount(api, account)
    const what =
      drain === true
        ? 'Its members are removed at its destinations.'
        : 'Its destinations are left as they are.'
    await confirm(`Delete the account ${shownName(name)} (${id}) with all that belongs to it? ${what}`)
    await api.call('DELETE', ['accounts', id], { query: { drain: String(drain) } })
    const when = isOffline ? 'This is carried out once the server runs.' : 'It is gone once that is done.'
    return { text: `${shownName(name)} is being deleted. ${when}\n` }
  },
}
