import { describe, expect, it } from 'vitest'
import type { OnboardingLimits } from './deployment.ts'
import { createKeyGate, type KeyVerdict } from './key-gate.ts'

const limits: OnboardingLimits = {
  checkSeconds: 5,
  refusedSeconds: 60,
  recheckSeconds: 60,
  attemptsPerMinute: 1_000_000,
  attemptsPerMinuteOfKey: 1_000_000,
  maxChecks: 4,
}

/** A gate of which every check waits until it is told its verdict. */
const setup = (changed: Partial<OnboardingLimits> = {}) => {
  let ms = 0
  const checks: { keyId: string; end: (verdict: KeyVerdict) => void; fail: (error: Error) => void }[] = []
  const gate = createKeyGate({
    check: ({ keyId }) =>
      new Promise<KeyVerdict>((resolve, reject) => checks.push({ keyId, end: resolve, fail: reject })),
    limits: { ...limits, ...changed },
    clock: () => ms,
  })
  const ask = (keyId: string, address = 'here') =>
    gate({ keyId, secretHash: new Uint8Array(32), text: keyId }, address)
  /** Asks, and ends the check that this began, if it began one. */
  const askFor = async (keyId: string, verdict: KeyVerdict, address?: string) => {
    const before = checks.length
    const answer = ask(keyId, address)
    await Promise.resolve()
    checks[before]?.end(verdict)
    return answer
  }
  return { ask, askFor, checks, pass: (seconds: number) => void (ms += seconds * 1000) }
}

describe('the gate for keys', () => {
  it('has one check at a time for a key, whose verdict everybody gets', async () => {
    const { ask, checks } = setup()
    const answers = Array.from({ length: 50 }, () => ask('k'))
    await Promise.resolve()
    expect(checks).toHaveLength(1)
    checks[0]!.end('accepted')
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['accepted']))
  })

  it('remembers a refusal as long as is set, and no answer for a second', async () => {
    const { askFor, checks, pass } = setup()
    for (const [verdict, seconds] of [
      ['refused', 60],
      ['unchecked', 1],
    ] as const) {
      const before = checks.length
      for (let time = 0; time < 3; time++) expect(await askFor(verdict, verdict)).toBe(verdict)
      pass(seconds - 0.001)
      expect(await askFor(verdict, 'accepted')).toBe(verdict)
      expect(checks).toHaveLength(before + 1)
      pass(0.001)
      expect(await askFor(verdict, 'accepted')).toBe('accepted')
    }
  })

  it('has so many checks at a time and refuses what comes beyond, but not whoever waits for one of them', async () => {
    const { ask, checks } = setup()
    const asked = ['a', 'b', 'c', 'd'].map((key) => ask(key))
    expect(await ask('e')).toBe('over-capacity')
    const joined = ask('a')
    await Promise.resolve()
    expect(checks).toHaveLength(4)
    for (const { end } of checks) end('accepted')
    expect(await Promise.all([...asked, joined])).toEqual(asked.concat(joined).map(() => 'accepted'))
    const next = ask('e')
    await Promise.resolve()
    checks[4]!.end('refused')
    expect(await next).toBe('refused')
  })

  it('lets no more than 256 pages wait', async () => {
    const { ask, checks } = setup()
    const waiting = Array.from({ length: 256 }, () => ask('a'))
    expect(await ask('a')).toBe('over-capacity')
    checks[0]!.end('accepted')
    expect((await Promise.all(waiting)).every((verdict) => verdict === 'accepted')).toBe(true)
    const next = ask('a')
    await Promise.resolve()
    checks[1]!.end('accepted')
    expect(await next).toBe('accepted')
  })

  it('counts what an address tries, and lets it try again in time', async () => {
    const { askFor, pass } = setup({ attemptsPerMinute: 2 })
    const tried: string[] = []
    for (const key of ['a', 'b', 'c']) tried.push(await askFor(key, 'refused', 'here'))
    expect(tried).toEqual(['refused', 'refused', 'too-many-attempts'])
    expect(await askFor('c', 'refused', 'elsewhere')).toBe('refused')
    pass(30)
    expect(await askFor('d', 'refused', 'here')).toBe('refused')
    expect(await askFor('e', 'refused', 'here')).toBe('too-many-attempts')
  })

  it('counts what is tried with one key, wherever it comes from', async () => {
    const { askFor, pass } = setup({ attemptsPerMinuteOfKey: 2 })
    const tried: string[] = []
    for (const address of ['one', 'two', 'three']) {
      tried.push(await askFor('k', 'unchecked', address))
      pass(1)
    }
    expect(tried).toEqual(['unchecked', 'unchecked', 'too-many-attempts'])
  })

  it('passes on that the store failed, and checks again next time', async () => {
    const { ask, askFor, checks } = setup()
    const asked = ask('k')
    await Promise.resolve()
    checks[0]!.fail(new Error('disk'))
    await expect(asked).rejects.toThrow('disk')
    expect(await askFor('k', 'accepted')).toBe('accepted')
  })
})
