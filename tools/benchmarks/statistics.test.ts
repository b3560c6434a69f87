import { expect, test } from 'vitest'
import { median, pairRatios, percentile, spreadOf } from './statistics.ts'

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[10, 9], 9.5],
  [[7], 7],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test.each([
  [0.5, 50],
  [0.99, 99],
  [0.991, 100],
  [1, 100],
  [0, 1],
])('the percentile %d of 1 to 100 is %d', (share, expected) => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(values, share)).toBe(expected)
})

test('tells the spread without altering the values', () => {
  const values = [10, 2, 6]
  expect(spreadOf(values)).toEqual({ median: 6, min: 2, max: 10 })
  expect(values).toEqual([10, 2, 6])
})

test('compares each run with the baseline of the same run', () => {
  expect(pairRatios([50, 10], [100, 40])).toEqual([0.5, 0.25])
})

test('the median of the ratios is not the ratio of the medians when a run was slow for both', () => {
  const ratios = pairRatios([50, 5, 40], [100, 10, 200])
  expect(spreadOf(ratios)).toEqual({ median: 0.5, min: 0.2, max: 0.5 })
})

test('refuses values without a partner', () => {
  expect(() => pairRatios([1, 2], [1])).toThrow('Each value needs the baseline of its run.')
})
