import { expect, test } from 'vitest'
import { createKiller } from './create-killer.ts'
import type { Kill } from './plan-run.ts'

const setup = (kills: readonly Kill[], kill = async () => {}) => {
  const moments: number[] = []
  const wait = async (milliseconds: number): Promise<void> => void moments.push(milliseconds)
  return { killer: createKiller({ kills, kill, wait }), moments }
}

const receiving: Kill = { sync: 1, phase: 'receiving', request: 2, delay: 5 }
const delivering: Kill = { sync: 1, phase: 'delivering', request: 1, delay: 70 }

test('kills from the planned request of the planned sync on, once', () => {
  const { killer, moments } = setup([receiving])
  killer.enter(0)
  for (const _ of [1, 2, 3]) killer.request()
  killer.enter(1)
  killer.request()
  expect(moments).toEqual([])
  killer.request()
  killer.request()
  expect(moments).toEqual([5])
  expect(killer.killed).toEqual(['receiving'])
})

test('kills in a phase as soon as it is reached', () => {
  const { killer, moments } = setup([delivering])
  killer.enter(1)
  killer.reached('applying')
  expect(moments).toEqual([])
  killer.reached('delivering')
  killer.reached('delivering')
  expect(moments).toEqual([70])
})

test('leaves out no kill of a sync that was too short for it', async () => {
  const { killer } = setup([receiving, delivering])
  killer.enter(1)
  await killer.settle()
  expect(killer.killed).toEqual(['receiving', 'delivering'])
})

test('passes on that the receiver did not come up again', async () => {
  const { killer } = setup([delivering], async () => {
    throw new Error('was not ready in 30 s')
  })
  killer.enter(1)
  killer.reached('delivering')
  await expect(killer.settle()).rejects.toThrow('was not ready')
})
