import { expect, test } from 'vitest'
import { chooseRows, faultRows } from './rows.ts'

test('has every row of PostgreSQL once, the job of a dead worker, and the killing of everything in turn', () => {
  const ids = faultRows.map(({ id }) => id).toSorted()
  const numbered = Array.from({ length: 12 }, (_, index) => `D-${String(index + 1).padStart(2, '0')}`)
  expect(ids).toEqual(['A-03', 'A-04', 'A-10', 'A-11', ...numbered, 'job', 'killing'])
})

test('plays the rows that are named, and in the short form those that have one', () => {
  expect(chooseRows({ only: ['D-04'], quick: true }).map(({ id }) => id)).toEqual(['D-04'])
  expect(chooseRows({ only: [], quick: true }).every(({ quickRuns }) => quickRuns > 0)).toBe(true)
  expect(chooseRows({ only: [], quick: false })).toEqual(faultRows)
})

test('names the rows there are when there is no such row', () => {
  expect(() => chooseRows({ only: ['D-99'], quick: false })).toThrow(/no row D-99. There are: A-03, /)
})
