import { expect, test } from 'vitest'
import { processUsage, readCpu, readPeak } from './process-usage.ts'

test('adds user and system time, also of a program with blanks and brackets in its name', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 500 0 0 0 150 25 0 0 20 0 11 0 100 0 0'
  expect(readCpu(stat)).toBe(1750)
})

test('reads the peak in megabytes', () => {
  expect(readPeak('VmPeak:\t  900000 kB\nVmHWM:\t  204800 kB\nVmRSS:\t 1 kB\n')).toBe(200)
})

test('knows nothing of a process that does not exist', () => {
  expect(processUsage(2 ** 30)).toBeUndefined()
})
