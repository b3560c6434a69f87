import { expect, test } from 'vitest'
import { watchTakeovers } from './watch-takeovers.ts'

const setup = (after: ReadonlyMap<string, number>) =>
  watchTakeovers({
    heldBy: async (holder) =>
      new Map(
        holder === 'dead'
          ? [
              ['crm', 4],
              ['push', 7],
            ]
          : [],
      ),
    leases: async () => after,
  })

test('counts what a worker held when it died, and for how long nobody took it', async () => {
  const takeovers = setup(
    new Map([
      ['crm', 5],
      ['push', 8],
    ]),
  )
  await takeovers.died('dead')
  await takeovers.died('idle')
  expect(takeovers.inFlight()).toBe(2)
  expect(await takeovers.stop()).toHaveLength(2)
})

test('counts what nobody has taken as well, so that stranded work is no good figure', async () => {
  const takeovers = setup(
    new Map([
      ['crm', 5],
      ['push', 7],
    ]),
  )
  await takeovers.died('dead')
  expect(await takeovers.stop()).toHaveLength(2)
})
