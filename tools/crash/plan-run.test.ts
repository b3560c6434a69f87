import { expect, test } from 'vitest'
import { planRun } from './plan-run.ts'

const plans = Array.from({ length: 200 }, (_, seed) => planRun(seed))
const kills = plans.flatMap((plan) => plan.kills)

test('draws the same run from the same seed and another from another', () => {
  expect(planRun(7)).toEqual(planRun(7))
  expect(planRun(7).kills).not.toEqual(planRun(8).kills)
})

test('kills one to three times a run, in every phase of every sync but the last', () => {
  expect(new Set(plans.map((plan) => plan.kills.length))).toEqual(new Set([1, 2, 3]))
  const places = new Set(kills.map(({ sync, phase }) => `${sync} ${phase}`))
  expect(places.size).toBe(9)
  expect(places).not.toContain('3 receiving')
})

test('every sync changes the set of the one before', () => {
  for (const { syncs } of plans) {
    expect(syncs.map(({ kind }) => kind)).toEqual(['full', 'diff', 'full', 'diff'])
    expect(new Set(syncs.map(({ people }) => `${people[0]} ${people.at(-1)}`)).size).toBe(4)
  }
})
