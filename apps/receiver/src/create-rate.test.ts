import { expect, test } from 'vitest'
import { createRate } from './create-rate.ts'

const setup = (pagesPerSecond = 2) => {
  let now = 0
  const mayPass = createRate({ perSecond: pagesPerSecond, clock: () => now })
  const passing = (pages: number, accountId = 'ann') =>
    Array.from({ length: pages }, () => mayPass(accountId)).filter(Boolean).length
  return { passing, pass: (milliseconds: number) => void (now += milliseconds) }
}

test('five seconds of pages may come at once, then as many as the rate says', () => {
  const { passing, pass } = setup()
  expect(passing(100)).toBe(10)
  pass(1000)
  expect(passing(100)).toBe(2)
  pass(60_000)
  expect(passing(100)).toBe(10)
})
test('a refused page costs nothing', () => {
  const { passing, pass } = setup()
  passing(1000)
  pass(500)
  expect(passing(1)).toBe(1)
})
test('each account has a rate of its own', () => {
  const { passing } = setup()
  passing(100)
  expect(passing(100, 'bob')).toBe(10)
})
test('0 turns the limit off', () => {
  expect(setup(0).passing(10_000)).toBe(10_000)
})
test('other bursts than five seconds may be said', () => {
  let now = 0
  const mayPass = createRate({ perSecond: 1, burst: 60, clock: () => now })
  const passing = (): number => Array.from({ length: 100 }, () => mayPass('ann')).filter(Boolean).length
  expect(passing()).toBe(60)
  now = 10_000
  expect(passing()).toBe(10)
})
test('whoever was not heard of for longest is forgotten where too many come', () => {
  const mayPass = createRate({ perSecond: 1, burst: 1, maxNames: 2, clock: () => 0 })
  expect(['ann', 'bob', 'ann', 'cid', 'ann', 'bob'].map(mayPass)).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
  ])
})
