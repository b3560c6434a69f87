import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerWorld } from './ledger-world.ts'

const people = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal']

/** One export of a random history. */
export const syncs = fc.record({
  action: fc.constantFrom('members', 'add_members', 'remove_members'),
  members: fc.uniqueArray(fc.tuple(fc.constantFrom(...people), fc.integer({ min: 1, max: 2 })), {
    selector: ([id]) => id,
  }),
  pages: fc.integer({ min: 1, max: 3 }),
  /** An export that misses a page changes nothing. */
  isWhole: fc.boolean(),
  shuffle: fc.infiniteStream(fc.nat(100)),
  deliver: fc.boolean(),
})

/** Random histories of whole and broken exports, held against plain sets. */
export const describeLedgerModel = (current: () => LedgerWorld): void => {
  test(
    'any history of exports leaves the set that the whole ones say, and each destination agrees',
    { timeout: 120_000 },
    async () => {
      const world = current()
      let runs = 0
      await world.destination()
      await fc.assert(
        fc.asyncProperty(fc.array(syncs, { maxLength: 8 }), async (history) => {
          const cohort = `run-${++runs}`
          const expected = new Map<string, number>()
          const partner = new Map<string, number>()
          for (const one of history) {
            await playSync(world, cohort, one)
            if (one.isWhole) follow(expected, one)
            if (one.deliver) await deliverTo(partner, world)
          }
          await deliverTo(partner, world)
          expect((await world.members({ cohort })) ?? []).toEqual([...expected.keys()].toSorted())
          expect(partner).toEqual(expected)
        }),
        { numRuns: 100 },
      )
    },
  )
}

type Sync = typeof syncs extends fc.Arbitrary<infer Value> ? Value : never

/** Sends the export and applies it. */
export const playSync = async (world: LedgerWorld, cohort: string, one: Sync): Promise<void> => {
  const { action, members, pages, isWhole, shuffle } = one
  const entry = ([id, plan]: readonly [string, number]) => ({ mixpanel_distinct_id: id, plan })
  if (action !== 'members') {
    // Without a session a page is an export of its own: nothing is made of what comes before or after it.
    if (isWhole) await world.sync(action, members.map(entry), { cohort, session: undefined, page: undefined })
    return
  }
  const session = world.newSession()
  const numbers = Array.from({ length: pages }, (_, index) => index)
  const order = numbers
    .map((number) => ({ number, weight: shuffle.next().value! }))
    .toSorted((a, b) => a.weight - b.weight)
  for (const { number } of isWhole ? order : order.slice(1)) {
    const part = members.filter((_, index) => index % pages === number)
    const entries = part.map(entry)
    await world.send(action, entries, { cohort, session, page: [number + 1, pages] })
  }
  await world.apply()
}

const follow = (expected: Map<string, number>, { action, members }: Sync): void => {
  if (action === 'members') expected.clear()
  for (const [id, plan] of members) {
    if (action === 'remove_members') expected.delete(id)
    else expected.set(id, plan)
  }
}

const deliverTo = async (partner: Map<string, number>, world: LedgerWorld): Promise<void> => {
  for (let batch = await world.deliver(3); batch; batch = await world.deliver(3)) {
    for (const { id, present, properties } of batch.changes) {
      if (present) partner.set(id, (JSON.parse(properties) as { plan: number }).plan)
      else partner.delete(id)
    }
  }
}
