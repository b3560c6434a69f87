import { randomBytes } from 'node:crypto'
import { generateApiKey, type AccountKey, type AccountStore } from '@cohort-relay/core'
import { z } from 'zod'
import { notFound } from './problem.ts'
import { route, type Call, type Route } from './route.ts'
import { label, time } from './schemas.ts'

export interface KeyRoutesParts {
  readonly accounts: AccountStore
}

/** Old and new key both work for so long: a week, since somebody has to enter the new one in Mixpanel. */
const mostGraceSeconds = 7 * 24 * 3600

const rotation = z.strictObject({
  label: label.optional().meta({ description: 'Default: that of the old key.' }),
  graceSeconds: z
    .int()
    .min(0)
    .max(mostGraceSeconds)
    .default(24 * 3600)
    .meta({ description: 'How long the old key works on.' }),
})

export const key = z
  .object({
    keyId: z.string().meta({ description: 'The public part of the key.' }),
    label: z.string(),
    createdAt: time,
    lastUsedAt: time.nullable().meta({ description: 'Exact to about a minute.' }),
    revokedAt: time.nullable().meta({ description: 'From then on it opens nothing; may lie ahead.' }),
    state: z.enum(['valid', 'revoked']),
  })
  .meta({ id: 'Key' })

const madeKey = z.object({
  keyId: z.string(),
  key: z.string().meta({ description: 'Shown here and never again.' }),
  label: z.string(),
  createdAt: time,
})

/** API keys of an account. */
export const keyRoutes = (parts: KeyRoutesParts): Route[] => [
  createKey(parts),
  listKeys(parts),
  revokeKey(parts),
  rotateKey(parts),
]

const createKey = (parts: KeyRoutesParts): Route =>
  route({
    id: 'keys.create',
    method: 'post',
    path: '/accounts/{accountId}/keys',
    tag: 'Keys',
    summary: 'Make a key',
    description: 'The key is in this answer and nowhere else.',
    role: 'admin',
    body: z.strictObject({ label: label.default('key') }),
    example: { label: 'Mixpanel, EU project' },
    answers: [{ status: 201, description: 'The key.', schema: madeKey }],
    problems: [],
    audited: ['label'],
    showsSecret: true,
    handle: async ({ account, body, now }) => ({
      body: await makeKey(parts, account.id, { label: body.label, now }),
    }),
  })

const listKeys = ({ accounts }: KeyRoutesParts): Route =>
  route({
    id: 'keys.list',
    method: 'get',
    path: '/accounts/{accountId}/keys',
    tag: 'Keys',
    summary: 'List the keys of an account',
    description: 'All there ever were, the oldest first, without the keys themselves.',
    role: 'viewer',
    answers: [{ status: 200, description: 'The keys.', schema: z.object({ keys: z.array(key) }) }],
    problems: [],
    handle: async ({ account, now }) => {
      const found = await accounts.listKeys(account.id)
      return { body: { keys: found.map((one) => summary(one, now)) } }
    },
  })

const revokeKey = (parts: KeyRoutesParts): Route =>
  route({
    id: 'keys.revoke',
    method: 'delete',
    path: '/accounts/{accountId}/keys/{keyId}',
    tag: 'Keys',
    summary: 'Revoke a key',
    description:
      'It opens nothing any more, after five seconds at the latest in other processes. Safe to repeat.',
    role: 'admin',
    answers: [{ status: 204, description: 'It is revoked.' }],
    problems: [],
    handle: async (call) => {
      const found = await keyOf(parts, call)
      if (found === undefined) return { problem: notFound('key') }
      await parts.accounts.revokeKey(found.accountId, found.keyId, call.now)
      return {}
    },
  })

const rotateKey = (parts: KeyRoutesParts): Route =>
  route({
    id: 'keys.rotate',
    method: 'post',
    path: '/accounts/{accountId}/keys/{keyId}/rotate',
    tag: 'Keys',
    summary: 'Replace a key by a new one',
    description: 'Both work until graceSeconds are over: time to enter the new one in Mixpanel.',
    role: 'admin',
    body: rotation,
    example: { graceSeconds: 86_400 },
    answers: [
      {
        status: 201,
        description: 'The new key.',
        schema: madeKey.extend({ replaces: z.string(), replacedUntil: time }),
      },
    ],
    problems: ['key-revoked'],
    audited: ['label'],
    showsSecret: true,
    handle: async (call) => {
      const { body, now } = call
      const found = await keyOf(parts, call)
      if (found === undefined) return { problem: notFound('key') }
      if (isRevoked(found, now)) return { problem: { code: 'key-revoked' } }
      const until = new Date(now.getTime() + body.graceSeconds * 1000)
      const made = await makeKey(parts, found.accountId, { label: body.label ?? found.label, now })
      await parts.accounts.revokeKey(found.accountId, found.keyId, until)
      return { body: { ...made, replaces: found.keyId, replacedUntil: until } }
    },
  })

const makeKey = async (
  { accounts }: KeyRoutesParts,
  accountId: string,
  made: { readonly label: string; readonly now: Date },
): Promise<z.input<typeof madeKey>> => {
  const { key: text, keyId, secretHash: hash } = generateApiKey(randomBytes)
  const times = { createdAt: made.now, lastUsedAt: null, revokedAt: null }
  await accounts.addKey({ keyId, accountId, hash, label: made.label, ...times })
  return { keyId, key: text, label: made.label, createdAt: made.now }
}

/** Another account's key is one that does not exist. */
const keyOf = async (
  { accounts }: KeyRoutesParts,
  { account, params }: Call,
): Promise<AccountKey | undefined> => {
  const found = await accounts.findKey(params['keyId']!)
  return found?.accountId === account.id ? found : undefined
}

const isRevoked = ({ revokedAt }: AccountKey, now: Date): boolean => revokedAt !== null && revokedAt <= now

/** Named one by one: the hash of a key is nobody's business. */
const summary = (found: AccountKey, now: Date): z.input<typeof key> => {
  const { keyId, label: name, createdAt, lastUsedAt, revokedAt } = found
  const state = isRevoked(found, now) ? 'revoked' : 'valid'
  return { keyId, label: name, createdAt, lastUsedAt, revokedAt, state }
}
