import { expect, test } from 'vitest'
import { readConvergenceOptions } from './options.ts'

test('has defaults for everything', () => {
  expect(readConvergenceOptions([])).toEqual({
    seed: 1,
    faults: 'all',
    store: 'all',
    through: 'all',
    controls: false,
  })
})

test.each([
  ['--faults', ['--faults', 'none']],
  ['--store', ['--store', 'mysql']],
  ['--through', ['--through', 'queue']],
  ['--histories', ['--histories', '0']],
  ['--seed', ['--seed', '-1']],
])('names %s when it is wrong', (option, argv) => {
  const written: string[] = []
  expect(() => readConvergenceOptions(argv, (text) => written.push(text))).toThrow(option)
  expect(written.join('')).toContain(option)
})

test('the help tells the short form', () => {
  const written: string[] = []
  expect(() => readConvergenceOptions(['--help'], (text) => written.push(text))).toThrow('outputHelp')
  expect(written.join('').replace(/\s+/g, ' ')).toContain('--histories 300 is the short form')
})
