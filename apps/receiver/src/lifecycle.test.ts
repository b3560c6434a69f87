import type { Store } from '@cohort-relay/core'
import { expect, it } from 'vitest'
import { runReceiver, type RunSettings } from './testing/run-receiver.ts'
import { startPartner } from './testing/partner.ts'
import { webhookPage } from './testing/webhook-page.ts'

const refused = { status: 401, body: { status: 'failure', error: { code: 401 } } }

/** An account and its destination, with the store that the receiver works on. */
const setup = async (
  wrap: (store: Store, accountId: () => string) => Partial<Store> = () => ({}),
  settings: RunSettings = {},
) => {
  let store: Store | undefined
  let accountId = ''
  let readings = 0
  const receiver = await runReceiver({
    // Whoever asks finds what was known before out of date.
    clock: () => (readings += 1000),
    wrap: (opened) => {
      store = opened
      return wrap(opened, () => accountId)
    },
    ...settings,
  })
  const account = await receiver.createAccount()
  accountId = account.id
  let sessions = 0
  const send = (...ids: string[]) =>
    receiver.post(account.key, webhookPage(ids, { session: `s${++sessions}` }))
  const states = async (): Promise<string[]> =>
    (await receiver.admin('GET', `/accounts/${account.id}/destinations`)).body.destinations.map(
      ({ state }: { state: string }) => state,
    )
  return { ...receiver, store: store!, account, send, states }
}

it('a deleted account is answered 401, drained at the partner, and then gone', async () => {
  const { store, account, send, createDestination, admin, until } = await setup()
  const partner = await startPartner()
  await createDestination(account.id, partner.settings)
  await send('ann', 'bob')
  await until('batch.delivered')
  await store.deleteAccount(account.id, { at: new Date(), drain: true })
  expect(await send('cid')).toMatchObject(refused)
  while ((await admin('GET', `/accounts/${account.id}`)).status !== 404);
  const told = partner.calls.map(
    ({ type, members }) => `${type.split('.').at(-1)} ${members.map(({ id }) => id).join(' ')}`,
  )
  expect(told).toEqual(['added ann bob', 'removed ann bob'])
  expect(await send('dan')).toMatchObject(refused)
})

it('a page that is on its way when its account is deleted is answered 401 and not kept', async () => {
  const { send, store, account } = await setup((opened, accountId) => ({
    storePage: async (arrival) => {
      await opened.deleteAccount(accountId(), { at: new Date(), drain: true })
      return opened.storePage(arrival)
    },
  }))
  expect(await send('ann')).toMatchObject(refused)
  expect(await store.listCohorts(account.id)).toEqual([])
})

it('a destination that refuses its credentials keeps no page out while it is being deleted', async () => {
  const { store, account, send, createDestination, states, until } = await setup()
  const partner = await startPartner((_call, response) => void response.writeHead(401).end())
  const id = await createDestination(account.id, partner.settings)
  await send('ann')
  await until('batch.failed', { kind: 'unauthorized' })
  expect(await send('bob')).toMatchObject({ status: 403 })
  await store.pauseDestination(account.id, id, new Date())
  expect(await states()).toEqual(['paused'])
  await store.deleteDestination(account.id, id, { at: new Date(), drain: true })
  expect(['draining', undefined]).toContain((await states())[0])
  expect(await send('bob')).toMatchObject({ status: 200 })
})
