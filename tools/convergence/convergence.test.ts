import { expect, onTestFinished, test } from 'vitest'
import { brokenReceivers } from './broken-receivers.ts'
import { checkHistories, problemsOf } from './check-histories.ts'
import { faultKinds } from './history.ts'
import { openStages } from './open-stages.ts'
import { runControl } from './run-controls.ts'
import type { StoreName } from './stage.ts'

const setup = (place: Parameters<typeof openStages>[0]) => {
  const stages = openStages(place)
  onTestFinished(async () => void (await Promise.all(stages.map((stage) => stage.close()))))
  return stages
}

const stores: readonly StoreName[] = ['memory', 'sqlite']
const places = stores.flatMap((store) =>
  (['store', 'receiver'] as const).flatMap((through) => faultKinds.map((kind) => ({ store, through, kind }))),
)

test.each(places)(
  'our set is the set of Mixpanel after $kind, $store store, played through the $through',
  { timeout: 60_000 },
  async ({ kind, ...place }) => {
    const stages = setup(place)
    expect(problemsOf(await checkHistories({ kind, histories: 200, seed: 1 }, stages))).toEqual([])
  },
)

test.each(brokenReceivers)('the same check catches a receiver that $name', async (receiver) => {
  expect((await runControl(receiver, { histories: 300, seed: 1 })).diverged).toBeGreaterThan(0)
})
