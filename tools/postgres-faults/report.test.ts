import { expect, test } from 'vitest'
import type { Finding, FaultRow } from './fault-row.ts'
import { hasPassed, playRow, type RowResult } from './play-row.ts'
import { explainFaults, renderFaults } from './report.ts'

const sound: Finding = { n: 3, figure: '0 lost', problems: [] }
const wrong: Finding = { n: 3, figure: '1 lost', problems: ['run 2: a page was gone'] }
const brokenOff: Finding = { n: 0, figure: 'broke off', problems: ['broke off: no server'] }

const rowOf = (finding: Finding, control: Finding = wrong): FaultRow => ({
  id: 'X-01',
  fault: 'harm',
  invariant: 'nothing lost',
  runs: 3,
  quickRuns: 1,
  play: async () => finding,
  control: { broken: 'a store that forgets', runs: 1, play: async () => control },
})
const resultOf = (finding: Finding, control?: Finding): RowResult => ({
  row: rowOf(finding),
  finding,
  control,
  milliseconds: 1,
})

test.each([
  ['a sound row whose control was caught', sound, wrong, true],
  ['a sound row whose control was left out', sound, undefined, true],
  ['a row that found something', wrong, wrong, false],
  ['a row whose control was not caught', sound, sound, false],
  ['a row whose control broke off, which shows nothing', sound, brokenOff, false],
  ['a row that was never tried', { ...sound, n: 0 }, wrong, false],
])('judges %s', (_what, finding, control, passed) => {
  expect(hasPassed(resultOf(finding, control))).toBe(passed)
})

test('shows what was done, what was found and what the control came to', () => {
  const table = renderFaults([resultOf(sound, wrong), resultOf(wrong, sound)])
  expect(table).toContain('caught: a store that forgets')
  expect(table).toContain('NOT CAUGHT: a store that forgets')
  expect(explainFaults([resultOf(sound, wrong), resultOf(wrong, wrong)])).toEqual([
    'X-01: run 2: a page was gone',
  ])
})

test('takes an exception for a finding', async () => {
  const row = { ...rowOf(sound), play: () => Promise.reject(new Error('no server')) }
  const options = { only: [], seed: 1, quick: true, controls: true }
  const result = await playRow(row, options, { write: () => true })
  expect(result.finding.problems).toEqual(['broke off: no server'])
  expect(hasPassed(result)).toBe(false)
})
