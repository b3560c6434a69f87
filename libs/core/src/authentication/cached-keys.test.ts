import { describe, expect, it } from 'vitest'
import type { AccountKey } from './account-store.ts'
import { cacheKeys } from './cached-keys.ts'

const annsKey = (keyId = 'ann'): AccountKey => ({
  keyId,
  accountId: 'account',
  hash: new Uint8Array(32),
  label: '',
  createdAt: new Date(0),
  lastUsedAt: null,
  revokedAt: null,
})

const setup = (options: { max?: number } = {}) => {
  const stored = new Map([['ann', annsKey()]])
  const asked: string[] = []
  const clock = { ms: 1_000_000 }
  const findKey = async (keyId: string) => {
    asked.push(keyId)
    return stored.get(keyId)
  }
  return { stored, asked, clock, cache: cacheKeys(findKey, { now: () => new Date(clock.ms), ...options }) }
}

describe('the key cache', () => {
  it('asks the store once in five seconds', async () => {
    const { cache, asked, clock } = setup()
    for (const ms of [0, 4_999, 5_000, 9_999]) {
      clock.ms = 1_000_000 + ms
      expect(await cache.findKey('ann')).toEqual(annsKey())
    }
    expect(asked).toHaveLength(2)
  })

  it('asks again after the clock was set back', async () => {
    const { cache, asked, clock } = setup()
    await cache.findKey('ann')
    clock.ms = 0
    await cache.findKey('ann')
    expect(asked).toHaveLength(2)
  })

  it('does not remember unknown keys', async () => {
    const { cache, stored } = setup()
    expect(await cache.findKey('bob')).toBeUndefined()
    stored.set('bob', annsKey('bob'))
    expect(await cache.findKey('bob')).toEqual(annsKey('bob'))
  })

  it('shares one look-up among concurrent misses', async () => {
    const { cache, asked } = setup()
    await Promise.all([cache.findKey('ann'), cache.findKey('ann'), cache.findKey('ann')])
    expect(asked).toHaveLength(1)
  })

  it('sees a revocation at once after forget', async () => {
    const { cache, stored } = setup()
    await cache.findKey('ann')
    const revokedAt = new Date(5)
    stored.set('ann', { ...annsKey(), revokedAt })
    cache.forget('ann')
    expect((await cache.findKey('ann'))?.revokedAt).toEqual(revokedAt)
  })

  it('does not keep an answer that was under way when the key was forgotten', async () => {
    const answers: ((key: AccountKey) => void)[] = []
    const findKey = () => new Promise<AccountKey>((resolve) => answers.push(resolve))
    const cache = cacheKeys(findKey, { now: () => new Date(0) })
    const early = cache.findKey('ann')
    await Promise.resolve()
    cache.forget('ann')
    const late = cache.findKey('ann')
    await Promise.resolve()
    answers[1]?.({ ...annsKey(), revokedAt: new Date(5) })
    await late
    answers[0]?.(annsKey())
    await early
    expect((await cache.findKey('ann'))?.revokedAt).toEqual(new Date(5))
    expect(answers).toHaveLength(2)
  })

  it('passes a failure on and asks again next time', async () => {
    const answers = [() => Promise.reject(new Error('disk')), async () => annsKey()]
    const cache = cacheKeys(() => answers.shift()!(), { now: () => new Date(0) })
    await expect(cache.findKey('ann')).rejects.toThrow('disk')
    expect(await cache.findKey('ann')).toEqual(annsKey())
  })

  it('keeps no more keys than its bound, the oldest leaves first', async () => {
    const { cache, stored, asked } = setup({ max: 2 })
    stored.set('bob', annsKey('bob')).set('cid', annsKey('cid'))
    for (const keyId of ['ann', 'bob', 'cid', 'bob', 'cid', 'ann']) await cache.findKey(keyId)
    expect(asked).toEqual(['ann', 'bob', 'cid', 'ann'])
  })
})
