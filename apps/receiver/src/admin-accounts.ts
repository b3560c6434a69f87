import { randomBytes, randomUUID } from 'node:crypto'
import {
  accountSettings,
  type AccountSettings,
  generateApiKey,
  storableText,
  type NewAccount,
  type AccountKey,
  type AccountStore,
} from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { fieldProblems, invalid, notFound, sendProblem } from './problem.ts'

export interface AdminAccountsParts {
  readonly accounts: AccountStore
  readonly now: () => Date
  /** What a new account has unless it asks for something else. Default: the defaults of the schema. */
  readonly newAccountSettings?: Partial<AccountSettings>
}

/** A name that people give. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => storableText(text) === text, 'must not hold NUL or half a character')

const newAccount = (defaults: Partial<AccountSettings>) =>
  z.strictObject({
    name: label,
    settings: z
      .record(z.string(), z.unknown())
      .default({})
      .transform((asked): z.input<typeof accountSettings> => ({ ...defaults, ...asked }))
      .pipe(accountSettings),
  })

const changedAccount = z
  .strictObject({ name: label.optional(), settings: z.record(z.string(), z.unknown()).optional() })
  .refine(({ name, settings }) => name !== undefined || settings !== undefined, {
    path: ['settings'],
    error: 'is missing, and so is name: give one of them or both',
  })

const accountsQuery = z.strictObject({
  after: z.string().max(100).exactOptional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

/** POST /accounts: makes an account with its first key. The key is in this answer and nowhere else. */
export const createAccountRoute =
  ({ accounts, now, newAccountSettings = {} }: AdminAccountsParts): RequestHandler =>
  async (req, res) => {
    const { data, error } = newAccount(newAccountSettings).safeParse(req.body ?? {})
    if (error !== undefined) {
      sendProblem(res, invalid(fieldProblems(error)))
      return
    }
    const { name, settings } = data
    const account: NewAccount = { id: randomUUID(), name, createdAt: now(), settings }
    const { key, keyId, secretHash } = generateApiKey(randomBytes)
    await accounts.createAccount(account, firstKey(account, keyId, secretHash))
    res.status(201).set('cache-control', 'no-store').json({ id: account.id, name, settings, key, keyId })
  }

type AccountRoute = RequestHandler<{ accountId: string }>

/** GET /accounts/:accountId. */
export const readAccountRoute =
  ({ accounts }: AdminAccountsParts): AccountRoute =>
  async (req, res) => {
    const account = await accounts.findAccount(req.params.accountId)
    if (account === undefined) sendProblem(res, notFound('account'))
    else res.json(account)
  }

/** GET /accounts?after=&limit=, by id. */
export const listAccountsRoute =
  ({ accounts }: AdminAccountsParts): RequestHandler =>
  async (req, res) => {
    const { data, error } = accountsQuery.safeParse(req.query)
    if (error !== undefined) return sendProblem(res, invalid(fieldProblems(error)))
    const found = await accounts.listAccounts(data)
    res.json({ accounts: found, next: found.length < data.limit ? null : (found.at(-1)?.id ?? null) })
  }

/** PATCH /accounts/:accountId: changes the name, and the settings that are named; leaves the others. */
export const changeAccountRoute =
  ({ accounts }: AdminAccountsParts): AccountRoute =>
  async (req, res) => {
    const { accountId } = req.params
    const account = await accounts.findAccount(accountId)
    if (account === undefined) return sendProblem(res, notFound('account'))
    const asked = changedAccount.safeParse(req.body ?? {})
    if (asked.error) return sendProblem(res, invalid(fieldProblems(asked.error)))
    const { name, settings } = asked.data
    const changed = accountSettings.safeParse({ ...account.settings, ...settings })
    if (changed.error) return sendProblem(res, invalid(fieldProblems(changed.error, 'settings')))
    await accounts.changeAccount(accountId, {
      ...(name !== undefined && { name }),
      ...(settings !== undefined && { settings: changed.data }),
    })
    res.json({ ...account, ...(name !== undefined && { name }), settings: changed.data })
  }

const firstKey = (account: NewAccount, keyId: string, hash: Uint8Array): AccountKey => ({
  keyId,
  accountId: account.id,
  hash,
  label: 'first key',
  createdAt: account.createdAt,
  lastUsedAt: null,
  revokedAt: null,
})

/** Answers 404 unless the address names an account. */
export const requireAccount =
  ({ accounts }: Pick<AdminAccountsParts, 'accounts'>): RequestHandler<{ accountId: string }> =>
  async (req, res, next) => {
    if ((await accounts.findAccount(req.params.accountId)) === undefined)
      sendProblem(res, notFound('account'))
    else next()
  }
