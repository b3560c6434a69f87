import { expect, test } from 'vitest'
import { compareSets, isEqual } from './compare-sets.ts'

test.each([
  ['equal sets in another order', ['ann', 'bob'], ['bob', 'ann'], true],
  ['two empty sets', [], [], true],
  ['equal counts of different people', ['ann', 'bob'], ['ann', 'chloe'], false],
  ['one too few', ['ann', 'bob'], ['ann'], false],
  ['one too many', ['ann'], ['ann', 'bob'], false],
  ['one listed twice', ['ann', 'bob'], ['ann', 'bob', 'bob'], false],
])('judges %s', (_name, expected, actual, verdict) => {
  expect(isEqual(compareSets(expected, actual))).toBe(verdict)
})

test('tells who is missing, who is extra and who is repeated', () => {
  expect(compareSets(['ann', 'bob'], ['bob', 'bob', 'chloe'])).toEqual({
    missing: ['ann'],
    extra: ['chloe'],
    repeated: ['bob'],
  })
})
