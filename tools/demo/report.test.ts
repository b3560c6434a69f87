import { expect, test } from 'vitest'
import { isSound, renderReport, type StepResult } from './report.ts'

const same = { missing: [], extra: [], repeated: [] }

const setup = (changes: Partial<StepResult> = {}): StepResult => ({
  name: 'full sync',
  sent: 25_000,
  milliseconds: 1250,
  partnerCalls: 25,
  isUnchanged: false,
  counts: { mixpanel: 25_000, ledger: 25_000, partner: 25_000 },
  ledger: same,
  partner: same,
  ...changes,
})

test('shows an aligned table that fits 80 columns, and the verdict', () => {
  const report = renderReport([setup(), setup({ name: 'diff +500 -300', sent: 800, partnerCalls: 2 })])
  expect(report.split('\n')).toEqual([
    'Step            Mixpanel  Ledger  Partner  Calls    Time  Members/s  Sets',
    '--------------  --------  ------  -------  -----  ------  ---------  -----',
    'full sync         25,000  25,000   25,000     25  1.25 s     20,000  equal',
    'diff +500 -300    25,000  25,000   25,000      2  1.25 s        640  equal',
    '',
    'All three sets hold the same members after each step.',
  ])
})

test('says which set differs and by whom, although the counts are equal', () => {
  const step = setup({ partner: { missing: ['ann'], extra: ['chloe'], repeated: [] } })
  expect(isSound([step])).toBe(false)
  expect(renderReport([step])).toContain(
    "full sync: the partner's list lacks 1 (ann …), has 1 too many (chloe …).",
  )
})

test('is not sound when an unchanged sync called the partner, or when no step was played', () => {
  expect(isSound([setup({ isUnchanged: true, partnerCalls: 0 })])).toBe(true)
  expect(isSound([setup({ isUnchanged: true, partnerCalls: 1 })])).toBe(false)
  expect(isSound([])).toBe(false)
})
