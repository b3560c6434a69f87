import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBodySlots } from './body-slots.ts'

const setup = (count: number) => {
  const slotFor = createBodySlots(count)
  const inside: string[] = []
  const enter = (name: string) => {
    const slot = slotFor()
    void slot.claim().then(() => inside.push(name))
    return slot
  }
  return { slotFor, enter, inside }
}

it('lets so many in and the next one when one leaves', async () => {
  const { enter, inside } = setup(2)
  const [ann] = [enter('ann'), enter('bob'), enter('cid'), enter('dee')]
  await turn()
  expect(inside).toEqual(['ann', 'bob'])
  ann.leave()
  await turn()
  expect(inside).toEqual(['ann', 'bob', 'cid'])
})

it('takes one slot for a request that claims twice', async () => {
  const { enter, inside } = setup(2)
  await enter('ann').claim()
  enter('bob')
  await turn()
  expect(inside).toEqual(['ann', 'bob'])
})

it('does not lose a slot to one who leaves the line', async () => {
  const { enter, inside, slotFor } = setup(1)
  const ann = enter('ann')
  const gone = enter('gone')
  enter('bob')
  gone.leave()
  slotFor().leave()
  ann.leave()
  await turn()
  expect(inside).toEqual(['ann', 'gone', 'bob'])
})
