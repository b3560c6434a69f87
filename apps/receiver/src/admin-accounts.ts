import { randomBytes, randomUUID } from 'node:crypto'
import { generateApiKey, type Account, type AccountKey, type AccountStore } from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { fieldProblems, invalid, notFound, sendProblem } from './problem.ts'

export interface AdminAccountsParts {
  readonly accounts: AccountStore
  readonly now: () => Date
}

const newAccount = z.strictObject({ name: z.string().trim().min(1).max(200) })

/** POST /accounts: makes an account with its first key. The key is in this answer and nowhere else. */
export const createAccountRoute =
  ({ accounts, now }: AdminAccountsParts): RequestHandler =>
  async (req, res) => {
    const { data, error } = newAccount.safeParse(req.body ?? {})
    if (error !== undefined) {
      sendProblem(res, invalid(fieldProblems(error)))
      return
    }
    const account: Account = { id: randomUUID(), name: data.name, createdAt: now() }
    const { key, keyId, secretHash } = generateApiKey(randomBytes)
    await accounts.createAccount(account, firstKey(account, keyId, secretHash))
    res.status(201).set('cache-control', 'no-store').json({ id: account.id, name: account.name, key, keyId })
  }

const firstKey = (account: Account, keyId: string, hash: Uint8Array): AccountKey => ({
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
