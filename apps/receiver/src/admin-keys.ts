import { randomBytes } from 'node:crypto'
import { generateApiKey, type AccountKey, type AccountStore } from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { label } from './admin-accounts.ts'
import { fieldProblems, invalid, notFound, sendProblem, type Problem } from './problem.ts'

export interface AdminKeysParts {
  readonly accounts: AccountStore
  readonly now: () => Date
}

type AccountRoute = RequestHandler<{ accountId: string }>
type KeyRoute = RequestHandler<{ accountId: string; keyId: string }>

/** Old and new key both work for so long: a week, since somebody has to enter the new one in Mixpanel. */
const mostGraceSeconds = 7 * 24 * 3600

const newKey = z.strictObject({ label: label.default('key') })
const rotation = z.strictObject({
  label: label.optional(),
  graceSeconds: z
    .int()
    .min(0)
    .max(mostGraceSeconds)
    .default(24 * 3600),
})

/** POST /accounts/:accountId/keys. The key is in this answer and nowhere else. */
export const createKeyRoute =
  (parts: AdminKeysParts): AccountRoute =>
  async (req, res) => {
    const { data, error } = newKey.safeParse(req.body ?? {})
    if (error !== undefined) return sendProblem(res, invalid(fieldProblems(error)))
    const made = await makeKey(parts, req.params.accountId, data.label)
    res.status(201).set('cache-control', 'no-store').json(made)
  }

/** GET /accounts/:accountId/keys: all there ever were, the oldest first, without the keys themselves. */
export const listKeysRoute =
  ({ accounts, now }: AdminKeysParts): AccountRoute =>
  async (req, res) => {
    const keys = await accounts.listKeys(req.params.accountId)
    res.json({ keys: keys.map((key) => summary(key, now())) })
  }

/** DELETE /accounts/:accountId/keys/:keyId: it opens nothing any more. Safe to repeat. */
export const revokeKeyRoute =
  (parts: AdminKeysParts): KeyRoute =>
  async (req, res) => {
    const key = await keyOf(parts, req.params)
    if (key === undefined) return sendProblem(res, notFound('key'))
    await parts.accounts.revokeKey(key.accountId, key.keyId, parts.now())
    res.status(204).end()
  }

/** POST /accounts/:accountId/keys/:keyId/rotate: a new key; the old one works on for `graceSeconds`. */
export const rotateKeyRoute =
  (parts: AdminKeysParts): KeyRoute =>
  async (req, res) => {
    const { data, error } = rotation.safeParse(req.body ?? {})
    if (error !== undefined) return sendProblem(res, invalid(fieldProblems(error)))
    const { accounts, now } = parts
    const key = await keyOf(parts, req.params)
    if (key === undefined) return sendProblem(res, notFound('key'))
    if (isRevoked(key, now())) return sendProblem(res, revoked)
    const until = new Date(now().getTime() + data.graceSeconds * 1000)
    const made = await makeKey(parts, key.accountId, data.label ?? key.label)
    await accounts.revokeKey(key.accountId, key.keyId, until)
    res
      .status(201)
      .set('cache-control', 'no-store')
      .json({ ...made, replaces: key.keyId, replacedUntil: until })
  }

const revoked: Problem = {
  status: 409,
  code: 'key-revoked',
  detail: 'This key is revoked already. Make a new one: POST /api/accounts/<id>/keys.',
}

const makeKey = async ({ accounts, now }: AdminKeysParts, accountId: string, name: string) => {
  const { key, keyId, secretHash } = generateApiKey(randomBytes)
  const times = { createdAt: now(), lastUsedAt: null, revokedAt: null }
  await accounts.addKey({ keyId, accountId, hash: secretHash, label: name, ...times })
  return { keyId, key, label: name, createdAt: times.createdAt }
}

/** Another account's key is one that does not exist. */
const keyOf = async (
  { accounts }: AdminKeysParts,
  { accountId, keyId }: { readonly accountId: string; readonly keyId: string },
): Promise<AccountKey | undefined> => {
  const key = await accounts.findKey(keyId)
  return key?.accountId === accountId ? key : undefined
}

const isRevoked = ({ revokedAt }: AccountKey, now: Date): boolean => revokedAt !== null && revokedAt <= now

/** Named one by one: the hash of a key is nobody's business. */
const summary = (key: AccountKey, now: Date) => {
  const { keyId, label: name, createdAt, lastUsedAt, revokedAt } = key
  return {
    keyId,
    label: name,
    createdAt,
    lastUsedAt,
    revokedAt,
    state: isRevoked(key, now) ? 'revoked' : 'valid',
  }
}
