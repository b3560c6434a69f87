import { expect, test } from 'vitest'
import { readNowAndThen } from './read-now-and-then.ts'

const setup = () => {
  let now = 0
  let isDown = false
  const asked: string[] = []
  const read = readNowAndThen(
    async (key) => {
      asked.push(key)
      if (isDown) throw new Error('down')
      return asked.length
    },
    () => now,
  )
  return {
    read,
    asked,
    pass: (milliseconds: number) => void (now += milliseconds),
    down: (is: boolean) => void (isDown = is),
  }
}

test('a key is read once a second, however many ask', async () => {
  const { read, asked, pass } = setup()
  expect(await Promise.all([read('a'), read('a'), read('b')])).toEqual([1, 1, 2])
  pass(999)
  await read('a')
  expect(asked).toEqual(['a', 'b'])
  pass(1)
  expect(await read('a')).toBe(3)
})
test('a failed reading is not kept', async () => {
  const { read, down } = setup()
  down(true)
  await expect(read('a')).rejects.toThrow('down')
  down(false)
  expect(await read('a')).toBe(2)
})
