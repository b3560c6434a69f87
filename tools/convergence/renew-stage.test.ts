import { expect, test } from 'vitest'
import { brokenReceivers } from './broken-receivers.ts'
import { renewStage } from './renew-stage.ts'

const setup = (histories: number) => {
  const events: string[] = []
  let stages = 0
  const open = async () => {
    const stage = await brokenReceivers[0]!.openStage()
    const name = (stages += 1)
    events.push(`open ${name}`)
    return { ...stage, close: async () => void events.push(`close ${name}`) }
  }
  return { stage: renewStage(open, histories), events }
}

test('opens a new stage after so many histories, and closes each', async () => {
  const { stage, events } = setup(2)
  for (let history = 0; history < 3; history += 1) await stage.newSubject()
  expect(events).toEqual(['open 1', 'close 1', 'open 2'])
  await stage.close()
  expect(events.at(-1)).toBe('close 2')
})

test('opens nothing where nothing is played', async () => {
  const { stage, events } = setup(2)
  await stage.close()
  expect(events).toEqual([])
})
