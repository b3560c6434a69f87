import { expect, test } from 'vitest'
import { readFaultOptions } from './options.ts'

const read = (...argv: string[]) => readFaultOptions(argv, () => {})

test('plays every row in full unless told otherwise', () => {
  expect(read()).toEqual({ only: [], seed: 1, quick: false, controls: true })
})

test('takes rows one by one or with commas', () => {
  expect(read('--only', 'D-03', '--only', 'A-03, A-10').only).toEqual(['D-03', 'A-03', 'A-10'])
})

test.each([['--runs', '0'], ['--minutes', 'many'], ['--rows', '1'], ['D-03']])('refuses %s %s', (...argv) => {
  expect(() => read(...argv)).toThrow(/error: /)
})
