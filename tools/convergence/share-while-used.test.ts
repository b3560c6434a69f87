import { expect, test } from 'vitest'
import { shareWhileUsed } from './share-while-used.ts'

const setup = () => {
  const events: string[] = []
  let number = 0
  const borrow = shareWhileUsed(async () => {
    const name = (number += 1)
    events.push(`open ${name}`)
    return { name, close: async () => void events.push(`close ${name}`) }
  })
  return { borrow, events }
}

test('is one for all who use it at a time, and closed by the last', async () => {
  const { borrow, events } = setup()
  const loans = await Promise.all([borrow(), borrow(), borrow()])
  expect(loans.map(({ resource }) => resource.name)).toEqual([1, 1, 1])
  await loans[0].giveBack()
  await loans[1].giveBack()
  expect(events).toEqual(['open 1'])
  await loans[2].giveBack()
  expect(events).toEqual(['open 1', 'close 1'])
})

test('is opened anew for whoever comes after the last', async () => {
  const { borrow, events } = setup()
  await (await borrow()).giveBack()
  await (await borrow()).giveBack()
  expect(events).toEqual(['open 1', 'close 1', 'open 2', 'close 2'])
})
