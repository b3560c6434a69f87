import { expect, test } from 'vitest'
import { takeTurns } from './take-turns.ts'

const setup = (places: number) => {
  const turns = takeTurns(Array.from({ length: places }, (_, index) => index))
  const events: string[] = []
  const begin = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const begun = turns.begin(async (place) => {
      events.push(`${name} at ${place}`)
      await promise
    })
    return { begun, finish: resolve, fail: reject }
  }
  return { turns, events, begin }
}

test('begins at once where a place is free, and waits for one where none is', async () => {
  const { turns, events, begin } = setup(2)
  const [one, two] = [begin('one'), begin('two')]
  await Promise.all([one.begun, two.begun])
  const three = begin('three')
  expect(events).toEqual(['one at 0', 'two at 1'])
  two.finish()
  await three.begun
  expect(events).toEqual(['one at 0', 'two at 1', 'three at 1'])
  one.finish()
  three.finish()
  await turns.end()
})

test('ends when all is done, with the first failure', async () => {
  const { turns, begin } = setup(3)
  const [one, two] = [begin('one'), begin('two')]
  await Promise.all([one.begun, two.begun])
  two.fail(new Error('no'))
  one.finish()
  await expect(turns.end()).rejects.toThrow('no')
  await expect(turns.begin(async () => {})).rejects.toThrow('no')
})
