import { randomBytes } from 'node:crypto'
import {
  accountSettings,
  generateApiKey,
  type Account,
  type AccountSettings,
  type AccountStore,
} from '@cohort-relay/core'
import { z } from 'zod'
import { fieldProblems, invalid, notFound } from './problem.ts'
import { route, type Handled, type Route } from './route.ts'
import { account, label, listQuery, next } from './schemas.ts'

export interface AccountRoutesParts {
  readonly accounts: AccountStore
  /** What a new account has unless it asks for something else. Default: the defaults of the schema. */
  readonly newAccountSettings?: Partial<AccountSettings>
  /** Called when work may have come up. */
  readonly onDeletion: () => void
}

const asked = z.record(z.string(), z.unknown()).meta({
  override: { type: 'object', additionalProperties: true },
  description: 'The settings to change, as the schema Account shows them; the others stay.',
})

const newAccount = (defaults: Partial<AccountSettings>) =>
  z.strictObject({
    name: label,
    settings: asked
      .default({})
      .transform((given): z.input<typeof accountSettings> => ({ ...defaults, ...given }))
      .pipe(accountSettings),
  })

/** Each field by itself; whether they go together with the others is seen later. */
const changedSettings = asked.superRefine((given, context) => {
  for (const issue of accountSettings.safeParse(given).error?.issues ?? [])
    context.addIssue({ ...issue, message: issue.message })
})

const changedAccount = z
  .strictObject({ name: label.optional(), settings: changedSettings.optional() })
  .refine(({ name, settings }) => name !== undefined || settings !== undefined, {
    path: ['settings'],
    error: 'is missing, and so is name: give one of them or both',
  })

const drainQuery = z.strictObject({
  drain: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'false: members stay at the partners as they are.' }),
})

const settingNames = Object.keys(accountSettings.shape).map((name) => `settings.${name}`)
const created = account.extend({
  key: z.string().meta({ description: 'The API key for Mixpanel. Shown here and never again.' }),
  keyId: z.string(),
})

/** Customers. */
export const accountRoutes = (parts: AccountRoutesParts): Route[] => [
  createAccount(parts),
  listAccounts(parts),
  readAccount,
  changeAccount(parts),
  disableAccount(parts, true),
  disableAccount(parts, false),
  deleteAccount(parts),
]

const createAccount = ({ accounts, newAccountSettings = {} }: AccountRoutesParts): Route =>
  route({
    id: 'accounts.create',
    method: 'post',
    path: '/accounts',
    tag: 'Accounts',
    summary: 'Make an account with its first key',
    description: 'The key is in this answer and nowhere else.',
    role: 'admin',
    body: newAccount(newAccountSettings),
    example: { name: 'Acme' },
    answers: [{ status: 201, description: 'The account, and its first key.', schema: created }],
    problems: [],
    audited: ['name', ...settingNames],
    creates: 'accountId',
    showsSecret: true,
    handle: async ({ body: { name, settings }, now, newId }) => {
      const made: Account = { id: newId, name, createdAt: now, settings, version: 1, deletingSince: null }
      const { key, keyId, secretHash: hash } = generateApiKey(randomBytes)
      const times = { createdAt: now, lastUsedAt: null, revokedAt: null }
      await accounts.createAccount(made, { keyId, accountId: made.id, hash, label: 'first key', ...times })
      return { body: { ...made, key, keyId }, version: 1 }
    },
  })

const listAccounts = ({ accounts }: AccountRoutesParts): Route =>
  route({
    id: 'accounts.list',
    method: 'get',
    path: '/accounts',
    tag: 'Accounts',
    summary: 'List accounts',
    description: 'By id, page by page.',
    role: 'viewer',
    query: listQuery(1000, 100),
    answers: [
      {
        status: 200,
        description: 'One page of accounts.',
        schema: z.object({ accounts: z.array(account), next }),
      },
    ],
    problems: [],
    handle: async ({ query }) => {
      const found = await accounts.listAccounts(query)
      return {
        body: { accounts: found, next: found.length < query.limit ? null : (found.at(-1)?.id ?? null) },
      }
    },
  })

const readAccount: Route = route({
  id: 'accounts.read',
  method: 'get',
  path: '/accounts/{accountId}',
  tag: 'Accounts',
  summary: 'Read an account',
  role: 'viewer',
  answers: [{ status: 200, description: 'The account.', schema: account }],
  problems: [],
  handle: async ({ account: found }) => ({ body: found, version: found.version }),
})

const changeAccount = (parts: AccountRoutesParts): Route =>
  route({
    id: 'accounts.change',
    method: 'patch',
    path: '/accounts/{accountId}',
    tag: 'Accounts',
    summary: 'Rename an account, change its settings',
    description:
      'Changes what is named and leaves the rest. With If-Match only if nobody changed the account since it was read.',
    role: 'admin',
    body: changedAccount,
    example: { name: 'Acme Ltd', settings: { massRemovalPercent: 80 } },
    answers: [{ status: 200, description: 'The account as it is now.', schema: account }],
    problems: ['changed-meanwhile', 'deleting'],
    audited: ['name', ...settingNames],
    handle: ({ body, account: found, ifMatch }) => change(parts, found, { ...body, ifMatch }),
  })

const disableAccount = (parts: AccountRoutesParts, disabled: boolean): Route => {
  const verb = disabled ? 'disable' : 'enable'
  return route({
    id: `accounts.${verb}`,
    method: 'post',
    path: `/accounts/{accountId}/${verb}`,
    tag: 'Accounts',
    summary: disabled ? 'Disable an account' : 'Enable an account again',
    description: disabled
      ? 'Its pages are answered 403, so that Mixpanel pauses the sync, and what is owed to its destinations waits.'
      : 'Its pages are taken, and what waited is delivered. Mixpanel goes on with the sync once somebody resumes it there.',
    role: 'admin',
    answers: [{ status: 200, description: 'The account as it is now. Safe to repeat.', schema: account }],
    problems: ['deleting'],
    handle: ({ account: found }) => change(parts, found, { settings: { disabled } }),
  })
}

const deleteAccount = ({ accounts, onDeletion }: AccountRoutesParts): Route =>
  route({
    id: 'accounts.delete',
    method: 'delete',
    path: '/accounts/{accountId}',
    tag: 'Accounts',
    summary: 'Delete an account with all that belongs to it',
    description:
      'From now on its keys open nothing. Its members are removed at its destinations first, in the background; then everything of it goes, and the account is not found any more. With drain=false nothing is removed anywhere else, and what was being removed is left. Safe to repeat.',
    role: 'admin',
    query: drainQuery,
    answers: [{ status: 202, description: 'It is being deleted.' }],
    problems: [],
    handle: async ({ query, account: found, now }) => {
      await accounts.deleteAccount(found.id, { at: now, drain: query.drain === 'true' })
      onDeletion()
      return {}
    },
  })

interface AskedChange {
  readonly name?: string | undefined
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly ifMatch?: number | undefined
}

/** Times a change is tried when others change the account at the same moment. */
const tries = 5

const change = async (
  { accounts }: AccountRoutesParts,
  found: Account,
  { name, settings, ifMatch }: AskedChange,
): Promise<Handled<z.input<typeof account>>> => {
  let current: Account | undefined = found
  for (let tried = 0; tried < tries && current !== undefined; tried += 1) {
    if (current.deletingSince !== null) return { problem: { code: 'deleting' } }
    const changed = accountSettings.safeParse({ ...current.settings, ...settings })
    if (changed.error) return { problem: invalid(fieldProblems(changed.error, 'settings')) }
    const changedTo = { name: name ?? current.name, settings: changed.data }
    const version = ifMatch ?? current.version
    if (await accounts.changeAccount(current.id, changedTo, version))
      return { body: { ...current, ...changedTo, version: version + 1 }, version: version + 1 }
    if (ifMatch !== undefined) return { problem: { code: 'changed-meanwhile' } }
    current = await accounts.findAccount(found.id)
  }
  return { problem: current === undefined ? notFound('account') : { code: 'changed-meanwhile' } }
}
