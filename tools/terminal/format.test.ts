import { expect, test } from 'vitest'
import { formatCount, formatDuration, formatRate } from './format.ts'

test('groups thousands', () => expect(formatCount(1_234_567)).toBe('1,234,567'))

test.each([
  [0, '0.00 s'],
  [1234, '1.23 s'],
  [59_000, '59.00 s'],
  [125_000, '2 min 05 s'],
])('writes %i ms as %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text))

test('gives no rate where nothing was done or no time passed', () => {
  expect(formatRate(0, 10)).toBe('-')
  expect(formatRate(10, 0)).toBe('-')
  expect(formatRate(500, 250)).toBe('2,000')
})
