import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultAccountSettings } from '../authentication/account-settings.ts'
import type { DestinationView } from '../identity/mapped-properties.ts'
import type { Connect } from './connected-destination.ts'
import type { ServeParts } from './serve-feed.ts'
import { deliveryWorld } from './testing/delivery-world.ts'
import { faults, takeTurnWith, type Fault } from './testing/faults.ts'

const people = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('ann', 'bob', 'cid', 'dan'),
    email: fc.nat(2),
    phone: fc.nat(2),
    plan: fc.nat(1),
  }),
  { selector: ({ id }) => id },
)
type Person = typeof people extends fc.Arbitrary<(infer Value)[]> ? Value : never

/** Nobody shares an address or a number with anybody. Some have none. */
const entry = ({ id, email, phone, plan }: Person) => ({
  mixpanel_distinct_id: id,
  ...(email > 0 && { email: `${id}${email}@example.com` }),
  ...(phone > 0 && { phone: `+4930${id.charCodeAt(0)}${phone}00` }),
  plan,
})

const views = {
  email: { identity: [{ property: 'email', kind: 'email' }], properties: [] },
  phone: { identity: [{ property: 'phone', kind: 'phone' }], properties: [] },
  either: {
    identity: [
      { property: 'phone', kind: 'phone' },
      { property: 'email', kind: 'email' },
    ],
    properties: ['plan'],
  },
  id: { identity: [{ property: '$distinct_id', kind: 'id' }], properties: ['plan'] },
} satisfies Record<string, DestinationView>
const viewNames = Object.keys(views) as (keyof typeof views)[]

const someView = fc.constantFrom(...viewNames)
const step = fc.oneof(
  fc.record({ action: fc.constantFrom('members', 'add_members', 'remove_members'), people }),
  fc.record({ fault: fc.constantFrom(...(Object.keys(faults) as Fault[])), seconds: fc.nat(20) }),
  fc.record({ view: someView, isDuringCall: fc.boolean() }),
  fc.record({ settings: fc.constantFrom('same place', 'perhaps another'), isDuringCall: fc.boolean() }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
type World = Awaited<ReturnType<typeof deliveryWorld>>
type Break = (store: ServeParts['store']) => ServeParts['store']

/** The partner finds the list that it has, whoever asks for it. */
const findsItsList =
  ({ partner }: World) =>
  (connect: Connect): Connect =>
  (stored) => {
    const connected = connect(stored)
    const { destination } = connected
    const prepareAudience: typeof destination.prepareAudience = (cohort, call) => {
      const id = [...partner.lists.keys()].at(-1)
      return id === undefined ? destination.prepareAudience(cohort, call) : Promise.resolve({ id })
    }
    return { ...connected, destination: { ...destination, prepareAudience } }
  }

const alter = async (world: World, one: Extract<Step, { isDuringCall: boolean }>): Promise<void> => {
  const at = world.now()
  const change =
    'view' in one
      ? views[one.view]
      : { sealedSettings: `sealed ${at.getTime()}`, isSamePlace: one.settings === 'same place' }
  expect(await world.store.updateDestination('acme', 'crm', { at, ...change })).toBe('updated')
}

/** The partner's answer comes when the destination was updated already. */
const alterDuringCall = async (
  world: World,
  one: Extract<Step, { isDuringCall: boolean }>,
  changed: Pick<ServeParts, 'store' | 'connect'>,
): Promise<void> => {
  let altered: Promise<void> | undefined
  world.partner.answers(async (apply) => {
    await (altered ??= alter(world, one))
    return apply()
  })
  await world.turn(changed).catch(() => undefined)
  await (altered ?? alter(world, one))
}

const begin = async (disturb: Break) => {
  const world = await deliveryWorld(2)
  await world.store.changeAccount('acme', { settings: { ...defaultAccountSettings, keepProperties: 'all' } })
  await world.destination('crm', 'acme', views.email)
  const changed = { store: disturb(world.store), connect: findsItsList(world)(world.parts.connect) }
  return { world, changed }
}

const play = async (
  { world, changed }: Awaited<ReturnType<typeof begin>>,
  steps: readonly Step[],
): Promise<void> => {
  for (const one of steps) {
    if ('fault' in one) {
      await takeTurnWith(world, one.fault, changed)
      world.pass(one.seconds)
    } else if ('isDuringCall' in one) {
      await (one.isDuringCall ? alterDuringCall(world, one, changed) : alter(world, one))
    } else {
      await world.sync(one.action, one.people.map(entry))
    }
  }
  world.partner.answers(faults.none)
}

const told = ({ partner }: World): string[] => {
  const [[id, list] = ['', new Set<string>()]] = [...partner.lists].toReversed()
  return [...list].map((one) => `${one} ${JSON.stringify(partner.propertiesOf(id, one))}`).toSorted()
}

/** What the partner has in the end, and what a destination that was created with the newest view is told. */
const agreement = (disturb: Break = (store) => store) =>
  fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
    const story = await begin(disturb)
    const { world, changed } = story
    await play(story, steps)
    // A lost list is noticed by the next call.
    await world.sync('add_members', [
      { mixpanel_distinct_id: 'zoe', email: 'zoe@example.com', phone: '+493012345' },
    ])
    await world.deliverAll(changed)
    const known = told(world)
    const { identity, properties } = (await world.store.findDestination('crm'))!
    world.partner.lists.clear()
    await world.destination('fresh', 'acme', { identity, properties })
    await world.deliverAll()
    expect(known).toEqual(told(world))
  })

test('whatever is updated and goes wrong on the way, the partner has whom the newest view gives', async () => {
  await fc.assert(agreement(), { numRuns: 400 })
}, 60_000)

/** Whether anybody is left after a destination was drained, whatever happened before and meanwhile. */
const emptiness = (disturb: Break = (store) => store) =>
  fc.asyncProperty(
    fc.array(step, { maxLength: 10 }),
    fc.array(step, { maxLength: 5 }),
    async (before, meanwhile) => {
      const story = await begin(disturb)
      const { world, changed } = story
      await play(story, before)
      await world.store.deleteDestination('acme', 'crm', { at: world.now(), drain: true })
      await play(story, meanwhile)
      await world.deliverAll(changed)
      expect(told(world)).toEqual([])
      while (await world.store.clearDeleted());
      expect(await world.store.listDestinations('acme')).toEqual([])
      expect((await world.cohort())?.destinations ?? []).toEqual([])
    },
  )

test('whatever was told, nobody is left where a destination was drained', async () => {
  await fc.assert(emptiness(), { numRuns: 400 })
}, 60_000)

/** Enough to find the rarest of them. */
const control = { numRuns: 10_000, endOnFailure: true }

const forgetful: Break = (store) => ({
  ...store,
  readBatch: async (...parameters) => {
    const batch = await store.readBatch(...parameters)
    return batch && { ...batch, formerViews: [] }
  },
})

test('a store that forgets how members were seen before would be noticed', async () => {
  expect(await fc.check(agreement(forgetful), control)).toMatchObject({ failed: true })
  expect(await fc.check(emptiness(forgetful), control)).toMatchObject({ failed: true })
}, 60_000)

test('a turn that records what was told under a former view would be noticed', async () => {
  const heedless: Break = (store) => {
    const newest = async (turn: Parameters<typeof store.readBatch>[0]) => {
      const found = await store.findDestination(turn.destinationId)
      return { ...turn, version: found?.version ?? turn.version }
    }
    return {
      ...store,
      recordOutcomes: async (turn, outcomes) => store.recordOutcomes(await newest(turn), outcomes),
      recordAudience: async (turn, id) => store.recordAudience(await newest(turn), id),
    }
  }
  expect(await fc.check(agreement(heedless), control)).toMatchObject({ failed: true })
}, 60_000)

test('a failed removal that is not kept as it was sent would be noticed', async () => {
  const careless: Break = (store) => ({
    ...store,
    recordOutcomes: (turn, outcomes) => {
      const failures = outcomes.failures.map((failure) => ({ ...failure, formerMembers: [] }))
      return store.recordOutcomes(turn, { ...outcomes, failures })
    },
  })
  expect(await fc.check(agreement(careless), control)).toMatchObject({ failed: true })
}, 60_000)
