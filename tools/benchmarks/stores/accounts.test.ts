import { expect, test } from 'vitest'
import { missedBy } from './accounts.ts'

const times = (p50: number, p99 = p50) => ({ p50, p99 })

const figures = (changed: Partial<Parameters<typeof missedBy>[0]> = {}) => ({
  idle: { process: 0.02, server: 0.03 },
  keys: times(0.2, 1),
  idleStep: times(2),
  claims: new Map([
    [0, times(1)],
    [100, times(2)],
    [100_000, times(2.5)],
  ]),
  ...changed,
})

test('meets its targets where time does not grow with what is owed', () => {
  expect(missedBy(figures())).toEqual([])
})

test.each([
  ['slow keys', { keys: times(1, 5.1) }],
  ['a busy idle process', { idle: { process: 0.06, server: 0 } }],
  [
    'claims that take longer the more is owed',
    {
      claims: new Map([
        [100, times(2)],
        [100_000, times(4.1)],
      ]),
    },
  ],
])('misses a target with %s', (_, changed) => {
  expect(missedBy(figures(changed))).toHaveLength(1)
})
