import { expect, test } from 'vitest'
import { hasPassed, isCaught, playRow } from './play-row.ts'
import { lostCommitAnswer } from './rows/lost-commit-answer.ts'
import { lostWakeUp } from './rows/lost-wake-up.ts'
import { manyWorkers } from './rows/many-workers.ts'
import { serverCrash } from './rows/server-crash.ts'

const quiet = { write: () => true }
const options = { only: [], seed: 1, quick: true, controls: false }

// D-06 is left to the command: whether two transactions meet in a deadlock is up to the machine.
test.each([serverCrash, lostCommitAnswer, manyWorkers])(
  '$fault: $invariant',
  { timeout: 120_000 },
  async (row) => {
    const result = await playRow(row, options, quiet)
    expect(result.finding.problems).toEqual([])
    expect(hasPassed(result)).toBe(true)
  },
)

test.each([lostCommitAnswer, lostWakeUp])(
  'the check of $id catches its control',
  { timeout: 120_000 },
  async (row) => {
    const { control } = await playRow(
      { ...row, play: async () => ({ n: 1, figure: '', problems: [] }) },
      { ...options, controls: true },
      quiet,
    )
    expect(isCaught(control!)).toBe(true)
  },
)
