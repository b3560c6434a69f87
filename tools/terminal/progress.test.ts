import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

const setup = (total: number) => {
  const written: string[] = []
  const screen = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
  let time = 0
  const progress = createProgress({ label: 'sent', total, clock: () => time }, screen)
  return { progress, written, pass: (milliseconds: number) => void (time += milliseconds) }
}

test('writes one line for each tenth that is reached, however often it is told', () => {
  const { progress, written } = setup(100)
  for (const done of [1, 9, 10, 11, 12, 35, 100]) progress.update(done)
  progress.finish()
  expect(written.map((line) => line.trim().split(/ +/)[1])).toEqual(['10', '30', '100'])
})

test('never goes back', () => {
  const { progress, written } = setup(10)
  progress.update(5)
  progress.update(2)
  expect(written).toHaveLength(1)
})

test('writes nothing where there is nothing to do', () => {
  const { progress, written } = setup(0)
  progress.update(0)
  progress.finish()
  expect(written).toEqual([])
})

test('says how long the rest takes at the pace so far', () => {
  const { progress, written, pass } = setup(1000)
  pass(30_000)
  progress.update(250)
  pass(90_000)
  progress.update(1000)
  expect(written.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
    'sent 20 % 250 of 1,000, 1 min 30 s left',
    'sent 100 % 1,000 of 1,000',
  ])
})
