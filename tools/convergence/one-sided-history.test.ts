import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { takesLoneHalvesBack } from './broken-receivers.ts'
import { oneSidedHistories, playOneSided } from './one-sided-history.ts'
import { storeStage } from './store-stage.ts'
import type { Stage, StoreName } from './stage.ts'

const setup = async (opening: Promise<Stage>) => {
  const stage = await opening
  onTestFinished(() => stage.close())
  const holds = fc.asyncProperty(oneSidedHistories, async (history) => {
    const subject = await stage.newSubject()
    const expected = await playOneSided(history, subject)
    return (await subject.members()).join() === expected.join()
  })
  return (numRuns: number) => fc.check(holds, { numRuns, seed: 1 })
}

test.each<[StoreName, number]>([
  ['memory', 1000],
  ['sqlite', 100],
])('a sender that never sends pairs loses nothing in %s', { timeout: 30_000 }, async (store, runs) => {
  const check = await setup(storeStage(store))
  expect(await check(runs)).toMatchObject({ failed: false, numRuns: runs })
})

test('the same check catches a receiver that takes lone halves back', async () => {
  const check = await setup(takesLoneHalvesBack.openStage())
  expect((await check(50)).failed).toBe(true)
})
