import { expect, test } from 'vitest'
import { isStale, usualIntervalSeconds, withSync, type KnownSync } from './sync-rhythm.ts'

const at = (seconds: number, sync: number | null = null): KnownSync => ({ sync, at: seconds * 1000 })
const known = (...seconds: number[]): readonly KnownSync[] => seconds.map((one) => at(one))

test.each<[string, readonly KnownSync[], number | null]>([
  ['nothing', [], null],
  ['two intervals', known(0, 60, 120), null],
  ['three intervals', known(0, 60, 120, 180), 60],
  ['an even number of intervals', known(0, 10, 30, 60, 100), 25],
])('the usual interval of %s', (_name, syncs, expected) => {
  expect(usualIntervalSeconds(syncs)).toBe(expected)
})

test('sessions within a minute of a sync belong to it, so that they are no interval', () => {
  expect(withSync([at(0)], at(59))).toEqual([at(0)])
  expect(withSync([at(0)], at(60))).toHaveLength(2)
})
test('only the newest syncs are kept', () => {
  const syncs = Array.from({ length: 50 }, (_, index) => at(index * 100)).reduce<readonly KnownSync[]>(
    withSync,
    [],
  )
  expect(syncs).toHaveLength(10)
  expect(syncs.at(-1)).toEqual(at(4900))
})

test.each<[string, number | null, number | null, number, boolean]>([
  ['never synced', null, 60, 1000, false],
  ['without a rhythm', 0, null, 1_000_000, false],
  ['silent for three intervals', 0, 60, 180, false],
  ['silent for more', 0, 60, 181, true],
])('a cohort %s', (_name, last, usual, now, expected) => {
  const lastSyncAt = last === null ? null : new Date(last * 1000)
  expect(isStale({ lastSyncAt, usualIntervalSeconds: usual }, new Date(now * 1000))).toBe(expected)
})
