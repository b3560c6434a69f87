import { expect, onTestFinished, test } from 'vitest'
import { brokenReceivers } from './broken-receivers.ts'
import { checkHistories, problemsOf } from './check-histories.ts'
import { faultKinds } from './history.ts'
import { receiverStage } from './receiver-stage.ts'
import { runControl } from './run-controls.ts'
import { storeStage } from './store-stage.ts'
import type { Stage, StoreName } from './stage.ts'

const setup = async (opening: Promise<Stage>) => {
  const stage = await opening
  onTestFinished(() => stage.close())
  return stage
}

const stores: readonly StoreName[] = ['memory', 'sqlite']
const places = stores.flatMap((store) => faultKinds.map((kind) => ({ store, kind })))

test.each(places)(
  'our set is the set of Mixpanel after $kind, $store store',
  { timeout: 60_000 },
  async (place) => {
    const stage = await setup(storeStage(place.store))
    const result = await checkHistories({ kind: place.kind, histories: 300, seed: 1 }, stage)
    expect(problemsOf(result)).toEqual([])
  },
)

test.each(faultKinds)(
  'our set is the set of Mixpanel after %s, receiver over HTTP',
  { timeout: 60_000 },
  async (kind) => {
    const stage = await setup(receiverStage('sqlite'))
    expect(problemsOf(await checkHistories({ kind, histories: 40, seed: 1 }, stage))).toEqual([])
  },
)

test.each(brokenReceivers)('the same check catches a receiver that $name', async (receiver) => {
  expect((await runControl(receiver, { histories: 300, seed: 1 })).diverged).toBeGreaterThan(0)
})
