import { expect, test } from 'vitest'
import { scaledClock, virtualClock } from './clock.ts'

test('virtual time moves by waiting and skipping alone', async () => {
  const clock = virtualClock()
  await clock.wait(1000)
  clock.skip(500)
  expect(clock.now()).toBe(1500)
})

test('a scaled clock waits shorter and passes as if it had not', async () => {
  const real = virtualClock()
  const clock = scaledClock(60, real)
  await clock.wait(60_000)
  expect(real.now()).toBe(1000)
  expect(clock.now()).toBe(60_000)
  clock.skip(1)
  expect(clock.now()).toBe(60_001)
})
