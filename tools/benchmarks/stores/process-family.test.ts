import { expect, test } from 'vitest'
import { familyCpu, familyOf, readEntry } from './process-family.ts'
import { readMachineCpu } from './machine-cpu.ts'

test('reads parent and times behind a name that holds blanks and brackets', () => {
  const stat = '7 (a ) (b) S 3 7 7 0 -1 4194560 1 2 3 4 50 25 200 100 20 0 1 0 9'
  expect(readEntry(7, stat)).toEqual({ pid: 7, parent: 3, own: 75, ended: 300 })
})

test.runIf(process.platform === 'linux')('counts this process among its own family', () => {
  expect(familyOf(process.pid)).toContain(process.pid)
  expect(familyCpu(process.pid)).toBeGreaterThan(0)
})

test('tells busy time of the machine from time in which it was idle or waited for a disk', () => {
  const stat = 'cpu  10 1 5 100 7 1 2 3 50 60\ncpu0 10 1 5 100 7 1 2 3 50 60\n'
  expect(readMachineCpu(stat)).toEqual({ busy: 220, all: 1290 })
})
