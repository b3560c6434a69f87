import { randomBytes, timingSafeEqual } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AccountKey } from './account-store.ts'
import { generateApiKey, parseApiKey } from './api-key.ts'
import { createAuthenticator, type Authenticate } from './authenticate.ts'
import { readCredentials } from './read-credentials.ts'

const setup = () => {
  const ann = generateApiKey(randomBytes)
  const old = generateApiKey(randomBytes)
  const stranger = generateApiKey(randomBytes)
  const createdAt = new Date(0)
  const row = (keyId: string, hash: Uint8Array, revokedAt: Date | null): [string, AccountKey] => [
    keyId,
    { keyId, accountId: 'ann', hash, label: '', createdAt, lastUsedAt: null, revokedAt },
  ]
  const keys = new Map([row(ann.keyId, ann.secretHash, null), row(old.keyId, old.secretHash, createdAt)])
  const seen = { lookUps: 0, comparisons: 0, uses: [] as string[], warnings: [] as object[] }
  const clock = { ms: 0 }
  const parts = {
    findKey: async (keyId: string) => {
      seen.lookUps += 1
      return keys.get(keyId)
    },
    recordKeyUse: async (keyId: string) => {
      seen.uses.push(keyId)
    },
    isEqual: (presented: Uint8Array, stored: Uint8Array) => {
      seen.comparisons += 1
      return timingSafeEqual(presented, stored)
    },
    now: () => new Date(clock.ms),
    log: { warn: (fields: object) => void seen.warnings.push(fields) },
  }
  return { ann, old, stranger, keys, seen, clock, parts, authenticate: createAuthenticator(parts) }
}

type World = ReturnType<typeof setup>

const wrongSecret = ({ ann, keys }: World): string => {
  keys.set(ann.keyId, { ...keys.get(ann.keyId)!, hash: new Uint8Array(32) })
  return ann.key
}

const refusedKeys: [string, (world: World) => string][] = [
  ['an unknown id', ({ stranger }) => stranger.key],
  ['a wrong secret', wrongSecret],
  ['a revoked key', ({ old }) => old.key],
  ['a malformed key', () => 'crk_nonsense'],
  ['no key', () => ''],
]

/** The work of one refusal, as an observer with a stop-watch would see it. */
const workOf = async (world: World, authenticate: Authenticate, key: string): Promise<object> => {
  const before = { ...world.seen }
  await authenticate({ 'x-api-key': key })
  const { lookUps, comparisons } = world.seen
  return { lookUps: lookUps - before.lookUps, comparisons: comparisons - before.comparisons }
}

/** Returns early for unknown ids, as a hasty version would. */
const hastyAuthenticator =
  ({ parts }: World): Authenticate =>
  async (headers) => {
    const parsed = parseApiKey(readCredentials(headers) ?? '')
    const found = parsed && (await parts.findKey(parsed.keyId))
    if (!parsed || !found || !parts.isEqual(parsed.secretHash, found.hash)) return undefined
    return { accountId: found.accountId, keyId: found.keyId }
  }

describe('authentication', () => {
  it('finds the account by x-api-key, Basic password and Bearer', async () => {
    const { ann, authenticate } = setup()
    const pair = Buffer.from(`mixpanel:${ann.key}`).toString('base64')
    const caller = { accountId: 'ann', keyId: ann.keyId }
    expect(await authenticate({ 'x-api-key': ann.key })).toEqual(caller)
    expect(await authenticate({ authorization: `Basic ${pair}` })).toEqual(caller)
    expect(await authenticate({ authorization: `Bearer ${ann.key}` })).toEqual(caller)
  })

  it.each(refusedKeys)('refuses %s after one look-up and one comparison', async (_name, keyOf) => {
    const world = setup()
    const key = keyOf(world)
    expect(await world.authenticate({ 'x-api-key': key })).toBeUndefined()
    expect(await workOf(world, world.authenticate, key)).toEqual({ lookUps: 1, comparisons: 1 })
  })

  it('the count of work tells a version that returns early (negative control)', async () => {
    const world = setup()
    const hasty = hastyAuthenticator(world)
    const unknown = await workOf(world, hasty, world.stranger.key)
    const wrong = await workOf(world, hasty, wrongSecret(world))
    expect(unknown).not.toEqual(wrong)
  })

  it('does not open for the stand-in of malformed keys, even if a store holds it', async () => {
    const { keys, ann, authenticate } = setup()
    keys.set('-', { ...keys.get(ann.keyId)!, keyId: '-', hash: new Uint8Array(32) })
    expect(await authenticate({})).toBeUndefined()
  })

  it('rejects when the key store does, instead of calling the key wrong', async () => {
    const { parts, ann } = setup()
    const authenticate = createAuthenticator({ ...parts, findKey: () => Promise.reject(new Error('disk')) })
    await expect(authenticate({ 'x-api-key': ann.key })).rejects.toThrow('disk')
    await expect(authenticate({})).rejects.toThrow('disk')
  })

  it('records the use of a key at most once a minute', async () => {
    const { authenticate, ann, clock, seen } = setup()
    for (const ms of [0, 1, 59_999, 60_000, 60_001]) {
      clock.ms = ms
      await authenticate({ 'x-api-key': ann.key })
    }
    expect(seen.uses).toEqual([ann.keyId, ann.keyId])
  })

  it('records no use of a refused key', async () => {
    const { authenticate, old, stranger, seen } = setup()
    await authenticate({ 'x-api-key': old.key })
    await authenticate({ 'x-api-key': stranger.key })
    expect(seen.uses).toEqual([])
  })

  it('neither waits for the recording nor fails with it, and tells no message of an error', async () => {
    const { parts, ann, seen } = setup()
    const never = createAuthenticator({ ...parts, recordKeyUse: () => new Promise(() => undefined) })
    expect(await never({ 'x-api-key': ann.key })).toBeDefined()
    const error = new TypeError('no room for ann@example.com')
    const failing = createAuthenticator({ ...parts, recordKeyUse: () => Promise.reject(error) })
    expect(await failing({ 'x-api-key': ann.key })).toBeDefined()
    await Promise.resolve()
    expect(seen.warnings).toEqual([{ keyId: ann.keyId, error: 'TypeError' }])
  })
})
