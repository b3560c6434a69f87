import { expect, test } from 'vitest'
import { until, untilStill } from './until.ts'

test('looks until it is so, and says no for a look that fails', async () => {
  let looks = 0
  const look = async (): Promise<boolean> => {
    looks += 1
    if (looks === 1) throw new Error('down')
    return looks === 3
  }
  expect(await until(look, { limit: 5000, every: 1 })).toBeGreaterThan(0)
  expect(looks).toBe(3)
})

test('gives up after its limit', async () => {
  expect(await until(() => false, { limit: 5, every: 1 })).toBeUndefined()
})

test('resolves at once when it is so already, whatever goes on', async () => {
  expect(
    await untilStill(
      async () => true,
      () => 0,
    ),
  ).toBeGreaterThanOrEqual(0)
})
