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

/** PostgreSQL takes its time: `npm run test:convergence` plays more of it. */
const stores: readonly [StoreName, number][] = [
  ['memory', 200],
  ['sqlite', 200],
  ['postgres', 40],
]
const places = stores.flatMap(([store, histories]) =>
  (['store', 'receiver'] as const).flatMap((through) =>
    faultKinds.map((kind) => ({ store, through, kind, histories })),
  ),
)

test.each(places)(
  'our set is the set of Mixpanel after $kind, $store store, played through the $through',
  { timeout: 60_000 },
  async ({ kind, histories, ...place }) => {
    const stages = setup(place)
    expect(problemsOf(await checkHistories({ kind, histories, seed: 1 }, stages))).toEqual([])
  },
)

test.each(brokenReceivers)('the same check catches a receiver that $name', async (receiver) => {
  expect((await runControl(receiver, { histories: 300, seed: 1 })).diverged).toBeGreaterThan(0)
})
