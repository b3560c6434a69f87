import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultAccountSettings } from '../authentication/account-settings.ts'
import type { Connect } from './connected-destination.ts'
import type { FeedStore } from './feed-store.ts'
import type { ServeParts } from './serve-feed.ts'
import { deliveryWorld, person } from './testing/delivery-world.ts'
import { faults, takeTurnWith, type Fault } from './testing/faults.ts'

const members = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve'),
    version: fc.nat(3),
    plan: fc.nat(1),
    noise: fc.nat(1),
  }),
  { selector: ({ id }) => id },
)
const step = fc.oneof(
  fc.record({ action: fc.constantFrom('members', 'add_members', 'remove_members'), members }),
  fc.record({ fault: fc.constantFrom(...(Object.keys(faults) as Fault[])), seconds: fc.nat(20) }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** Each version of a member has an address of its own; the first has none. */
const email = ({ id, version }: { id: string; version: number }): string =>
  version === 0 ? '' : `${id}${version}@example.com`

/** Of the two other properties, only the plan is mapped. */
const entry = (member: { id: string; version: number; plan: number; noise: number }) => ({
  ...person(member.id, email(member)),
  plan: member.plan,
  noise: member.noise,
})
const view = { properties: ['plan'] }

type Break = (store: ServeParts['store']) => ServeParts['store']

interface Disturbance {
  readonly disturb: Break
  readonly connect: (connect: Connect) => Connect
}

/** The list, with plans, of a destination that saw every fault, and that of one which is added at the end and sees none. */
const play = async (
  steps: readonly Step[],
  { disturb, connect }: Disturbance,
): Promise<{ told: string[]; owed: string[] }> => {
  const world = await deliveryWorld(2)
  await world.store.changeAccount('acme', { settings: { ...defaultAccountSettings, keepProperties: 'all' } })
  await world.destination('crm', 'acme', view)
  const changed = { store: disturb(world.store), connect: connect(world.parts.connect) }
  for (const one of steps) {
    if ('fault' in one) {
      await takeTurnWith(world, one.fault, changed)
      world.pass(one.seconds)
    } else {
      await world.sync(one.action, one.members.map(entry))
    }
  }
  world.partner.answers(faults.none)
  // A lost list is noticed by the next call.
  await world.sync('add_members', [person('zoe')])
  await world.deliverAll(changed)
  const told = newestList(world)
  world.partner.lists.clear()
  await world.destination('fresh', 'acme', view)
  await world.deliverAll()
  return { told, owed: newestList(world) }
}

/** A list prepared in a call whose answer was lost stays behind; the newest is the one in use. */
const newestList = ({ partner }: Awaited<ReturnType<typeof deliveryWorld>>): string[] => {
  const [[id, people] = ['', new Set<string>()]] = [...partner.lists].toReversed()
  return [...people].map((one) => `${one} ${JSON.stringify(partner.propertiesOf(id, one))}`).toSorted()
}

const agreement = (disturb: Break = (store) => store, connect: Disturbance['connect'] = (same) => same) =>
  fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const { told, owed } = await play(steps, { disturb, connect })
    expect(told).toEqual(owed)
  })

test('whatever goes wrong on the way, partner and ledger agree in the end', async () => {
  await fc.assert(agreement(), { numRuns: 300 })
})

const altered =
  (alter: (store: FeedStore) => Partial<FeedStore>): Break =>
  (store) => ({ ...store, ...alter(store) })

test('a cursor that moves before the call would be noticed', async () => {
  const early = altered((store) => ({
    readBatch: async (...parameters) => {
      const batch = await store.readBatch(...parameters)
      const rows = batch?.changes.map(({ memberRow }) => memberRow) ?? []
      const nothing = { at: parameters[1], delivered: 0, settled: rows, failures: [] }
      if (batch !== undefined) await store.recordOutcomes(batch, { ...nothing, cursor: batch.cursor })
      return batch
    },
    recordOutcomes: async () => undefined,
  }))
  expect(await fc.check(agreement(early), { numRuns: 300 })).toMatchObject({ failed: true })
})

test('a former address that is forgotten would be noticed', async () => {
  const forgetful = altered((store) => ({
    readBatch: async (...parameters) => {
      const batch = await store.readBatch(...parameters)
      return batch && { ...batch, changes: batch.changes.map((one) => ({ ...one, formerProperties: [] })) }
    },
  }))
  expect(await fc.check(agreement(forgetful), { numRuns: 300 })).toMatchObject({ failed: true })
})

test('a failed member who is not tried again would be noticed', async () => {
  const careless = altered((store) => ({
    recordOutcomes: (turn, outcomes) => store.recordOutcomes(turn, { ...outcomes, failures: [] }),
  }))
  expect(await fc.check(agreement(careless), { numRuns: 300 })).toMatchObject({ failed: true })
})

test('a member who is taken for told would be noticed', async () => {
  const presuming = altered((store) => ({
    readBatch: async (...parameters) => {
      const batch = await store.readBatch(...parameters)
      return batch && { ...batch, changes: batch.changes.map((one) => ({ ...one, isTold: true })) }
    },
  }))
  expect(await fc.check(agreement(presuming), { numRuns: 300 })).toMatchObject({ failed: true })
})

test('a planner that ignores what is mapped would be noticed', async () => {
  const ignoring =
    (connect: Connect): Connect =>
    (stored) => ({ ...connect(stored), properties: [] })
  const noDisturbance: Break = (store) => store
  expect(await fc.check(agreement(noDisturbance, ignoring), { numRuns: 300 })).toMatchObject({ failed: true })
})
