import { DestinationError } from '@cohort-relay/connector-kit'
import { expect, onTestFinished, test } from 'vitest'
import { StoreUnavailableError } from '../stores/store-unavailable-error.ts'
import { startDelivery, type DeliveryParts } from './delivery.ts'
import { deliveryWorld, person } from './testing/delivery-world.ts'

const setup = async (changed: Partial<DeliveryParts> = {}) => {
  const place = { holder: 'worker', concurrency: 2, idleSeconds: 600 }
  const world = await deliveryWorld()
  const start = (more: Partial<DeliveryParts> = {}) => {
    const parts: DeliveryParts = { ...world.parts, ...place, ...changed, ...more }
    const delivery = startDelivery(parts)
    onTestFinished(() => delivery.stop(0))
    return delivery
  }
  const adds = (destinationId: string) =>
    world.partner.calls.filter((call) => call.destinationId === destinationId && call.verb === 'add')
  return { ...world, start, adds }
}
const forever = () => new Promise<never>(() => undefined)

test('a change is delivered when delivery is woken', async () => {
  const { start, partner, adds, destination, sync } = await setup()
  await destination()
  const delivery = start()
  await sync('members', [person('ann')])
  void delivery.wake()
  await partner.until(() => adds('crm').length === 1)
  expect(adds('crm')).toMatchObject([{ members: ['ann'] }])
})

test('a destination has one call at a time, however many cohorts it is owed', async () => {
  const { start, partner, adds, destination, sync } = await setup({ concurrency: 8 })
  await destination()
  for (let cohort = 0; cohort < 20; cohort++) await sync('members', [person('ann')], { cohort: `c${cohort}` })
  start()
  await partner.until(() => adds('crm').length === 20)
  expect(partner.mostAtOnce()).toBe(1)
})

test('a destination that hangs with hundreds of cohorts keeps no other waiting', async () => {
  const { start, partner, adds, destination, sync, pass } = await setup()
  await destination('slow')
  for (let cohort = 0; cohort < 300; cohort++)
    await sync('members', [person('ann')], { cohort: `c${cohort}` })
  pass(1)
  for (const id of ['one', 'two', 'three']) await destination(id)
  partner.answers((apply, { destinationId }) => (destinationId === 'slow' ? forever() : apply()))
  start()
  await partner.until(() => ['one', 'two', 'three'].every((id) => adds(id).length > 0))
  expect(partner.calls.filter(({ destinationId }) => destinationId === 'slow')).toHaveLength(1)
})

test('broken destinations hold no place and are not tried over and over', async () => {
  const { start, partner, adds, destination, sync, pass, parts, lines } = await setup()
  for (const id of ['bad-1', 'bad-2', 'bad-3']) await destination(id)
  await sync('members', [person('ann')])
  pass(1)
  await destination('good')
  const connect: typeof parts.connect = (stored) => {
    if (stored.id.startsWith('bad')) throw new Error('cannot be decrypted')
    return parts.connect(stored)
  }
  start({ connect })
  await partner.until(() => adds('good').length === 1)
  expect(lines.filter(({ event }) => event === 'destination.broken').length).toBeLessThanOrEqual(3)
})

test.each(['throttled', 'unauthorized', 'misconfigured'] as const)(
  'a destination that is %s is not called for another cohort meanwhile',
  async (kind) => {
    const { start, partner, adds, destination, sync } = await setup({ concurrency: 1 })
    await destination('crm')
    await sync('members', [person('ann')], { cohort: 'one' })
    await sync('members', [person('ann')], { cohort: 'two' })
    partner.answers((apply, { destinationId }) => {
      if (destinationId === 'crm') throw new DestinationError(kind, 'no', { retryAfterSeconds: 60 })
      return apply()
    })
    const delivery = start()
    await partner.until(() => partner.calls.length === 1)
    await destination('push')
    void delivery.wake()
    await partner.until(() => adds('push').length === 2)
    expect(partner.calls.filter(({ destinationId }) => destinationId === 'crm')).toHaveLength(1)
  },
)

test('a store that fails does not spin and does not end delivery', async () => {
  let reads = 0
  const { start, parts, partner, adds, destination, sync } = await setup({ idleSeconds: 0.001 })
  await destination()
  await sync('members', [person('ann')])
  const readBatch: typeof parts.store.readBatch = (...parameters) =>
    ++reads === 1 ? Promise.reject(undefined) : parts.store.readBatch(...parameters)
  const postponeFeed = () => Promise.reject(new Error('down, too'))
  let clock = parts.now().getTime()
  start({ store: { ...parts.store, readBatch, postponeFeed }, now: () => new Date(clock++) })
  await partner.until(() => adds('crm').length === 1)
  expect(reads).toBe(2)
})

test.each([
  ['the store', new StoreUnavailableError('restarts'), 3],
  ['the program', new TypeError('a bug'), 60],
])('after a failure of %s a feed waits and others go first', async (_whose, error, seconds) => {
  const { start, parts, partner, destination, sync, now } = await setup()
  await destination()
  await sync('members', [person('ann')])
  const failed = Promise.withResolvers<Date>()
  const recordOutcomes = () => Promise.reject(error)
  const postponeFeed: typeof parts.store.postponeFeed = async (turn, postponement) => {
    await parts.store.postponeFeed(turn, postponement)
    failed.resolve(postponement.dueAt)
  }
  start({ store: { ...parts.store, recordOutcomes, postponeFeed } })
  expect((await failed.promise).getTime() - now().getTime()).toBe(seconds * 1000)
  expect(partner.calls.map(({ verb }) => verb)).toEqual(['prepare', 'add'])
})

test('stop lets a call under way finish, keeps its outcome and begins no other', async () => {
  const { start, partner, adds, destination, sync, cohort } = await setup()
  await destination()
  await sync('members', [person('ann')])
  await sync('members', [person('ann')], { cohort: 'two' })
  const answered = Promise.withResolvers<void>()
  partner.answers(async (apply, { verb }) => {
    if (verb === 'add') await answered.promise
    return apply()
  })
  const delivery = start()
  await partner.until(() => adds('crm').length === 1)
  const stopped = delivery.stop(60)
  answered.resolve()
  await stopped
  expect((await cohort())?.destinations).toMatchObject([{ owed: 0, delivered: 1, lastError: null }])
  expect((await cohort({ cohort: 'two' }))?.destinations).toMatchObject([{ owed: 1, lastError: null }])
  expect(adds('crm')).toHaveLength(1)
})

test('stop between the removals and the additions of a batch repeats neither after the next start', async () => {
  const { start, partner, destination, sync, deliver } = await setup()
  await destination()
  await sync('members', [person('ann')])
  await deliver()
  const verbs = () => partner.calls.map(({ verb }) => verb).filter((verb) => verb !== 'prepare')
  const answered = Promise.withResolvers<void>()
  partner.answers(async (apply, { verb }) => {
    if (verb === 'remove') await answered.promise
    return apply()
  })
  await sync('add_members', [person('bob')])
  await sync('remove_members', [person('ann')])
  const delivery = start()
  await partner.until(() => verbs().includes('remove'))
  const stopped = delivery.stop(60)
  answered.resolve()
  await stopped
  await start().wake()
  expect(verbs()).toEqual(['remove', 'add'])
})

test('stop aborts a call that takes longer than the grace time and records no failure', async () => {
  const { start, partner, adds, destination, sync, cohort, owed, lines } = await setup()
  await destination()
  await sync('members', [person('ann')])
  partner.answers((apply, { verb, members, signal }) => {
    if (verb === 'prepare') return apply()
    // What a connector makes of the abort is not taken for its answer.
    return new Promise((resolve) => {
      const refused = members.map((memberId) => ({ memberId, outcome: 'refused', reason: 'aborted' }))
      signal.addEventListener('abort', () => resolve(refused))
    })
  })
  const delivery = start()
  await partner.until(() => adds('crm').length === 1)
  await delivery.stop(0)
  expect((await cohort())?.destinations).toMatchObject([{ owed: 1, failed: 0, lastError: null }])
  expect(await owed(1)).toHaveLength(1)
  expect(lines.map(({ event }) => event)).toEqual(['batch.interrupted'])
})

test('stop resolves when nothing is under way, also twice', async () => {
  const { start } = await setup()
  const delivery = start()
  await expect(delivery.stop(60)).resolves.toBeUndefined()
  await expect(delivery.stop(60)).resolves.toBeUndefined()
})
