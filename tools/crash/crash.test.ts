import { expect, test } from 'vitest'
import { playRuns } from './play-runs.ts'

const quiet = { write: () => true }

test('the receiver keeps all it acknowledged through kills', { timeout: 120_000 }, async () => {
  const results = await playRuns({ runs: 3, seed: 1, variant: 'real' }, quiet)
  expect(results.flatMap(({ problems }) => problems)).toEqual([])
  expect(results.flatMap(({ killed }) => killed).length).toBeGreaterThanOrEqual(3)
})

test('the same check catches a receiver that acknowledges first', { timeout: 120_000 }, async () => {
  // The third seed kills while pages are coming in.
  const results = await playRuns({ runs: 1, seed: 3, variant: 'acknowledge-first' }, quiet)
  expect(results.flatMap(({ problems }) => problems)).toContainEqual(
    expect.stringMatching(/^\d+ acknowledged pages were gone after a restart$/),
  )
})
