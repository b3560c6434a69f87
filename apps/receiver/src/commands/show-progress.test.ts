import { expect, test } from 'vitest'
import { showProgress } from './show-progress.ts'

const setup = (total: number) => {
  let milliseconds = 0
  const written: string[] = []
  const screen = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
  const progress = showProgress({ label: 'writing', total, screen, clock: () => milliseconds })
  return { progress, written, pass: (seconds: number) => void (milliseconds += seconds * 1000) }
}

test('writes a line for each tenth, with the rate and the time that is left', () => {
  const { progress, written, pass } = setup(10_000)
  progress.update(0)
  pass(2)
  for (const done of [500, 1000, 1001, 5000]) progress.update(done)
  progress.finish()
  expect(written).toEqual([
    '  writing     10 %  1,000 of 10,000 rows  500/s  18 s left\n',
    '  writing     50 %  5,000 of 10,000 rows  2,500/s  2 s left\n',
  ])
})

test('counts what an earlier run had done as done, and not as speed', () => {
  const { progress, written, pass } = setup(100)
  progress.update(50)
  pass(1)
  progress.update(60)
  expect(written.at(-1)).toBe('  writing     60 %  60 of 100 rows  10/s  4 s left\n')
})

test('writes nothing where there is nothing to do', () => {
  const { progress, written } = setup(0)
  progress.update(0)
  progress.finish()
  expect(written).toEqual([])
})
