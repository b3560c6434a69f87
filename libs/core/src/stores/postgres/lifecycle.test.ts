import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startDelivery } from '../../delivery/delivery.ts'
import { deliveryWorld, person } from '../../delivery/testing/delivery-world.ts'
import type { Store } from '../store.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const ids = Array.from({ length: 60 }, (_, index) => `m${index}`)
const byEmail = { identity: [{ property: 'email', kind: 'email' as const }] }
const byId = { identity: [{ property: '$distinct_id', kind: 'id' as const }] }

/** Three workers on one database, whose partner takes a moment for each answer. */
const setup = async () => {
  const url = await newDatabase()
  const stores = await Promise.all([1, 2, 3, 4].map(() => openTestStore(url)))
  const world = await deliveryWorld(7, stores[0])
  world.partner.answers(async (apply) => {
    await setImmediate()
    return apply()
  })
  const limits = { concurrency: 4, idleSeconds: 0.05, callSeconds: 10, leaseSeconds: 5 }
  const { connect, now, random, log } = world.parts
  const workers = stores
    .slice(1)
    .map((store, index) =>
      startDelivery({ store, connect, now, random, log, holder: `worker-${index}`, ...limits }),
    )
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.stop(5)))
    await Promise.all(stores.map((store) => store.close()))
  })
  const work = async () => void (await Promise.all(workers.map((worker) => worker.wake())))
  const until = async (isReached: () => Promise<boolean>): Promise<void> => {
    while (!(await isReached())) await work()
  }
  const owed = async () => (await world.cohort())?.destinations.map((one) => one.owed)
  return { ...world, url, stores, work, until, owed }
}

test('workers that deliver while a destination is updated, paused and resumed tell what the newest view gives', async () => {
  const { store, now, destination, sync, work, until, owed, people, partner } = await setup()
  await destination()
  const entries = ids.map((id) => person(id))
  await sync('members', entries)
  for (let round = 0; round < 12; round++) {
    const worked = work()
    const view = round % 2 === 0 ? byId : byEmail
    const answers = await Promise.all([
      store.updateDestination('acme', 'crm', { at: now(), ...view }),
      store.pauseDestination('acme', 'crm', now()),
      sync('members', entries.slice(round % 5)),
      store.resumeDestination('acme', 'crm', now()),
      store.updateDestination('acme', 'crm', { at: now(), sealedSettings: `${round}`, isSamePlace: true }),
    ])
    expect(answers.filter((answer) => answer === 'updated')).toHaveLength(2)
    await worked
  }
  await store.resumeDestination('acme', 'crm', now())
  await until(async () => (await owed())?.[0] === 0)
  expect(people()).toEqual(
    ids
      .slice(11 % 5)
      .map((id) => `${id}@example.com`)
      .toSorted(),
  )
  expect(await store.findDestination('crm')).toMatchObject({ version: 25 })
  expect(partner.mostAtOnce()).toBe(1)
})

const clearAll = async (stores: readonly Store[]): Promise<void> => {
  const clear = async (store: Store): Promise<void> => {
    while (await store.clearDeleted());
  }
  await Promise.all(stores.map(clear))
}

test('workers drain and clear an account together, while pages come, and leave nothing of it', async () => {
  const { url, stores, store, now, destination, sync, send, until, people, partner } = await setup()
  for (const id of ['crm', 'push', 'mail']) await destination(id)
  await destination('other', 'globex')
  const entries = ids.map((id) => person(id))
  for (const cohort of ['one', 'two']) await sync('members', entries, { cohort })
  await sync('members', [person('kept')], { account: 'globex' })
  await until(async () => people().length === 3 * 2 * ids.length + 1)
  const deleted = stores.map((one) => one.deleteAccount('acme', { at: now(), drain: true }))
  const pages = ids.map((id) => send('add_members', [person(id)], { session: id, page: [1, 1], cohort: id }))
  await Promise.all([...deleted, ...pages])
  await until(async () => {
    await clearAll(stores)
    return (await store.findAccount('acme')) === undefined
  })
  expect(people()).toEqual(['kept@example.com'])
  expect(partner.mostAtOnce()).toBe(1)
  const left = await ask(url, 'SELECT account_id FROM cohort_relay.cohort')
  expect(left).toEqual([{ account_id: 'globex' }])
  const members = await ask(url, 'SELECT key FROM cohort_relay.member')
  expect(members).toEqual([{ key: 'kept' }])
  const pagesLeft = await ask(url, 'SELECT count(*)::integer AS pages FROM cohort_relay.page')
  expect(pagesLeft).toEqual([{ pages: 1 }])
})

test('a look for what is due reads no feed of a destination that is paused, whatever the order', async () => {
  const { url, store, now, destination, sync } = await setup()
  await destination()
  for (const cohort of ['one', 'two']) await sync('members', ['ann'], { cohort })
  const withheld = async () =>
    (await ask(url, 'SELECT withheld FROM cohort_relay.feed')).map((row) => row['withheld'])
  await store.pauseDestination('acme', 'crm', now())
  expect(await withheld()).toEqual([true, true])
  await Promise.all([
    store.resumeDestination('acme', 'crm', now()),
    store.pauseDestination('acme', 'crm', now()),
    store.resumeDestination('acme', 'crm', now()),
  ])
  await store.resumeDestination('acme', 'crm', now())
  expect(await withheld()).toEqual([false, false])
})
