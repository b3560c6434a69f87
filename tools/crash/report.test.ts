import { expect, test } from 'vitest'
import { exitCodeOf, renderCrashReport } from './report.ts'
import type { RunResult } from './run-once.ts'

const sound: RunResult = {
  seed: 1,
  problems: [],
  killed: ['receiving', 'delivering'],
  restarts: [400, 600],
  syncs: 5,
  failedSyncs: 1,
  retries: 3,
  lostPages: 0,
  deliveries: { deliveries: 9, resent: 1, reusedIds: 0, renamed: 0 },
}
const failed: RunResult = { ...sound, seed: 2, problems: ['sync 1 (full): the partner lacks 1000'] }

test('sums the runs up', () => {
  const report = renderCrashReport([sound, sound])
  expect(report).toMatch(/^Runs with all sets equal +2 of 2\n/)
  expect(report).toMatch(/Kills +4: receiving 2, applying 0, delivering 2/)
  expect(report).toMatch(/median +0\.50 s, slowest 0\.60 s/)
  expect(report).not.toContain('seed')
})

test('names the seed of a run that failed', () => {
  expect(renderCrashReport([sound, failed])).toContain('\nseed 2: sync 1 (full): the partner lacks 1000')
})

test.each([
  ['the real one is sound', [sound, sound], false, 0],
  ['the real one fails once', [sound, failed], false, 1],
  ['the broken one is caught once', [sound, failed], true, 0],
  ['the broken one is never caught', [sound, sound], true, 1],
] as const)('when %s the exit code says so', (_what, results, isBroken, exitCode) => {
  expect(exitCodeOf(results, isBroken)).toBe(exitCode)
})
