import { expect, test } from 'vitest'
import { judgeAligned, renderAligned, type AlignedFigures } from './aligned-report.ts'
import type { CallResult } from './offer-calls.ts'

const accepted = (milliseconds: number): CallResult => ({ outcome: 'accepted', tries: 1, milliseconds })

const figures = (changed: Partial<AlignedFigures> = {}, results = [accepted(100), accepted(30_000)]) => ({
  capacity: 100,
  perSecond: 200,
  seconds: 60,
  membersPerCall: 100,
  offered: { results, statuses: new Map([[200, results.length]]), latencies: results.map(() => 10) },
  doneMilliseconds: 90_000,
  machineCores: 1.5,
  lost: 0,
  inLedger: results.length,
  told: results.length * 100,
  ...changed,
})

test('finds nothing wrong where all was taken in time', () => {
  expect(judgeAligned(figures())).toEqual({ wrong: [], missed: [] })
})

test.each<[string, AlignedFigures]>([
  ['a loss', figures({ lost: 1 })],
  ['a pause', figures({}, [{ outcome: 'paused', tries: 1, milliseconds: 5, message: '400: no' }])],
  ['less told than stored', figures({ told: 100 })],
  [
    'a status that Mixpanel does not retry',
    figures({ offered: { results: [], statuses: new Map([[413, 1]]), latencies: [] } }),
  ],
])('calls %s wrong', (_, one) => {
  expect(judgeAligned(one).wrong).toHaveLength(1)
})

test.each<[string, AlignedFigures]>([
  ['an acceptance after the window', figures({}, [accepted(60_001)])],
  ['work that is not done in 10 minutes', figures({ doneMilliseconds: null })],
  [
    'a try without an answer',
    figures({ offered: { results: [], statuses: new Map([[0, 3]]), latencies: [] } }),
  ],
])('calls %s a target that was missed', (_, one) => {
  expect(judgeAligned(one)).toMatchObject({ missed: [expect.any(String)] })
})

test('says how far the scale is from the whole', () => {
  expect(renderAligned(figures(), 2)).toContain('6.0 % of 3,333 calls/s, on 2 cores')
})
