import { DestinationError } from '@cohort-relay/connector-kit'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryStore } from '../stores/memory/memory-store.ts'
import { startDelivery, type DeliveryParts } from './delivery.ts'
import { deliveryWorld, person } from './testing/delivery-world.ts'
import { manualClock, settle } from './testing/manual-clock.ts'

type Alter = (store: DeliveryParts['store']) => Partial<DeliveryParts['store']>

const unaltered: Alter = () => ({})

/** Workers on one store and one clock. The partner answers no addition before the test lets it. */
const setup = async () => {
  const time = manualClock()
  const world = await deliveryWorld(1000, createMemoryStore({ clock: time.clock }))
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  world.partner.answers(async (apply, { verb }) => {
    if (verb === 'add') await answered
    return apply()
  })
  const adds = (destinationId = 'crm') =>
    world.partner.calls.filter((call) => call.destinationId === destinationId && call.verb === 'add')
  const start = (holder: string, alter: Alter = unaltered) => {
    const store = { ...world.store, ...alter(world.store) }
    const { clock, pause } = time
    const limits = { concurrency: 4, idleSeconds: 600, leaseSeconds: 15 }
    const delivery = startDelivery({ ...world.parts, ...limits, store, clock, pause, holder })
    onTestFinished(() => delivery.stop(0))
    return delivery
  }
  /** As another worker takes a destination, in whose eyes nobody has held it for long. */
  const takeOver = async () => {
    const [turn] = await world.store.claimFeeds(world.now(), { holder: 'other', seconds: 60, limit: 1 })
    return turn!
  }
  const events = () => world.lines.map(({ event }) => event)
  return { ...world, ...time, adds, answer, start, takeOver, events }
}

/** A call that takes longer than a lease, of a worker that takes up nothing else. */
const loseLease = async (alter: Alter) => {
  const world = await setup()
  await world.destination()
  await world.sync('members', [person('ann')])
  const delivery = world.start('worker', alter)
  await world.partner.until(() => world.adds().length === 1)
  const ended = delivery.stop(600)
  await world.pass(16)
  return { ...world, ended, signal: world.adds()[0]!.signal, abort: () => delivery.stop(0) }
}
const down: Alter = () => ({ renewLease: () => Promise.reject(new Error('down')) })
const silent: Alter = () => ({ renewLease: () => new Promise(() => undefined) })
const replaced: Alter = () => ({ renewLease: async () => false })
/** Its leases have run out as soon as they are taken. */
const unheld: Alter = (store) => ({
  claimFeeds: (now, claim) => store.claimFeeds(now, { ...claim, seconds: 0 }),
})

test.each([
  ['is down', down],
  ['says nothing', silent],
  ['says that another worker has it', replaced],
])(
  'a call is aborted when the store %s for the time of a lease, and no feed has failed',
  async (_name, alter) => {
    const { signal, ended, cohort, lines } = await loseLease(alter)
    expect(signal.aborted).toBe(true)
    await ended
    expect((await cohort())?.destinations).toMatchObject([{ owed: 1, failed: 0, lastError: null }])
    expect(lines).toMatchObject([
      { event: 'batch.interrupted' },
      { event: 'lease.lost', destinationId: 'crm', holder: 'worker' },
    ])
  },
)
test('a call goes on as long as its lease is renewed', async () => {
  const { signal, ended, answer, cohort, takeOver } = await loseLease(unaltered)
  expect(signal.aborted).toBe(false)
  expect(await takeOver()).toBeUndefined()
  answer()
  await ended
  expect((await cohort())?.destinations).toMatchObject([{ owed: 0, delivered: 1 }])
})

test.each([
  ['answers', (answer: () => void) => answer()],
  ['is aborted', () => undefined],
])('of a destination that was taken over nothing is recorded when the late call %s', async (_name, end) => {
  // The store says that all is well, so that the fence alone is left.
  const deaf: Alter = () => ({ renewLease: async () => true })
  const world = await loseLease(deaf)
  const newest = await world.takeOver()
  const before = await world.cohort()
  end(world.answer)
  await settle()
  await world.abort()
  await world.ended
  expect(await world.cohort()).toEqual(before)
  expect(world.events()).toEqual(['lease.lost'])
  expect(await world.store.renewLease(newest, 60)).toBe(true)
})

test('a worker whose destination was taken over learns it at the next beat, and says so once', async () => {
  const world = await setup()
  await world.destination()
  await world.sync('members', [person('ann')])
  const delivery = world.start('worker', unheld)
  await world.partner.until(() => world.adds().length === 1)
  await world.takeOver()
  const ended = delivery.stop(600)
  await world.pass(4.999)
  expect(world.adds()[0]!.signal.aborted).toBe(false)
  await world.pass(0.001)
  expect(world.adds()[0]!.signal.aborted).toBe(true)
  await ended
  expect(world.events()).toEqual(['lease.lost'])
  expect((await world.cohort())?.destinations).toMatchObject([{ owed: 1, failed: 0, lastError: null }])
})

test('a feed that fails after its destination was taken over is not postponed', async () => {
  const world = await setup()
  await world.destination()
  await world.sync('members', [person('ann')])
  const failing: Alter = (store) => ({
    readBatch: async () => {
      await store.claimFeeds(world.now(), { holder: 'other', seconds: 60, limit: 1 })
      throw new Error('down')
    },
    claimFeeds: (now, claim) => store.claimFeeds(now, { ...claim, seconds: 0 }),
  })
  const delivery = world.start('worker', failing)
  await settle()
  await delivery.stop(60)
  expect(world.events()).toEqual(['feed.failed', 'lease.lost'])
  expect((await world.cohort())?.destinations).toMatchObject([{ owed: 1, lastError: null }])
})

/** The most calls at once of a destination that is owed two cohorts, with two workers at work. */
const mostCallsAtOnce = async (alter: Alter): Promise<number> => {
  const world = await setup()
  await world.destination()
  for (const cohort of ['one', 'two']) await world.sync('members', [person('ann')], { cohort })
  world.start('first', alter)
  await world.partner.until(() => world.adds().length === 1)
  const second = world.start('second', alter)
  await settle()
  world.answer()
  await settle()
  void second.wake()
  await world.partner.until(() => world.adds().length >= 2)
  return world.partner.mostAtOnce()
}
test('two workers call a destination one at a time', async () => {
  expect(await mostCallsAtOnce(unaltered)).toBe(1)
})
test('workers that hold nothing would be noticed', async () => {
  expect(await mostCallsAtOnce(unheld)).toBe(2)
})

test('a destination that asked to wait rests for every worker, also for one that starts later', async () => {
  const world = await setup()
  await world.destination('crm')
  for (const cohort of ['one', 'two']) await world.sync('members', [person('ann')], { cohort })
  world.partner.answers((apply, { destinationId }) => {
    if (destinationId === 'crm')
      throw new DestinationError('throttled', 'slow down', { retryAfterSeconds: 60 })
    return apply()
  })
  const first = world.start('first')
  await world.partner.until(() => world.partner.calls.length === 1)
  await first.stop(60)
  await world.destination('push')
  world.start('second')
  await world.partner.until(() => world.adds('push').length === 2)
  expect(world.partner.calls.filter(({ destinationId }) => destinationId === 'crm')).toHaveLength(1)
})

test('a store that fails a turn and cannot even postpone it is asked again after a while, not at once', async () => {
  const world = await setup()
  await world.destination()
  await world.sync('members', [person('ann')])
  let reads = 0
  const failing: Alter = () => ({
    readBatch: () => Promise.reject(new Error(`down ${++reads}`)),
    postponeFeed: () => Promise.reject(new Error('down, too')),
  })
  const delivery = world.start('worker', failing)
  await world.pass(599)
  expect(reads).toBe(1)
  await world.pass(1)
  await world.pass(1)
  expect(reads).toBe(2)
  await delivery.stop(0)
})

test('the lease is given back as the turn ends, so that the next worker need not wait', async () => {
  const world = await setup()
  await world.destination()
  await world.sync('members', [person('ann')], { cohort: 'one' })
  const ended: string[] = []
  const noting: Alter = (store) => ({
    endTurn: async (turn) => {
      ended.push(turn.destinationId)
      await store.endTurn(turn)
    },
  })
  const delivery = world.start('worker', noting)
  await world.partner.until(() => world.adds().length === 1)
  world.answer()
  await delivery.stop(60)
  expect(ended).toEqual(['crm'])
  await world.sync('members', [person('ann')], { cohort: 'two' })
  expect(await world.takeOver()).toMatchObject({ destinationId: 'crm' })
})
