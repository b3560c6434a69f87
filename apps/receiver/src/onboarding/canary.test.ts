import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { runReceiver, type RunningReceiver, type RunSettings } from '../testing/run-receiver.ts'
import { webhookPage } from '../testing/webhook-page.ts'
import { lookUpAt, passThroughTo, productSettings } from './testing/deployment-of.ts'
import { startLookUpEndpoint } from './testing/start-look-up-endpoint.ts'
import { startProduct } from './testing/start-product.ts'

const accepted = 'canary-accepted-5f1e7b'
const refused = 'canary-refused-90cd21'
const unchecked = 'canary-unchecked-aa31f0'
const token = 'canary-token-77ab02'

/** Ways in which a key could be written down. */
const formsOf = (key: string): string[] => [
  key,
  ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(key).toString(form)),
  ...(['hex', 'base64', 'base64url'] as const).map((form) => hash('sha256', key, form)),
]

/** Who of them shows in what a receiver said, logged and stored. */
const shown = (keys: readonly string[], texts: Readonly<Record<string, string>>): string[] =>
  Object.entries(texts).flatMap(([place, text]) =>
    keys.filter((key) => formsOf(key).some((form) => text.includes(form))).map((key) => `${key} in ${place}`),
  )

const placesOf = async (receiver: RunningReceiver, answers: readonly string[]) => {
  const listed = (await receiver.admin('GET', '/accounts')).body.accounts as { id: string }[]
  const asked = listed.flatMap(({ id }) =>
    ['keys', 'destinations', 'cohorts'].map((what) => `/accounts/${id}/${what}`),
  )
  const admin = await Promise.all(
    ['/accounts', ...asked].map(async (path) => (await receiver.admin('GET', path)).text),
  )
  await receiver.stop()
  return {
    answers: answers.join('\n'),
    'the admin API': admin.join('\n'),
    'the log': receiver.lines.map((line) => JSON.stringify(line)).join('\n'),
    'the database': await receiver.database.text(),
  }
}

/** Every outcome that a key of the product can have, one after the other. */
const playPassThrough = async (settings: RunSettings = {}) => {
  const product = await startProduct(accepted)
  const deployment = passThroughTo(product, ['recheckSeconds: 1'])
  const receiver = await runReceiver({ deployment, ...settings })
  const answers: string[] = []
  const send = async (key: string, ids: readonly string[]) =>
    void answers.push((await receiver.post(key, webhookPage(ids, { session: `s${answers.length}` }))).text)
  await send(accepted, ['ann'])
  await product.untilDelivered('ann')
  await send(refused, ['ann'])
  product.be('down')
  await send(unchecked, ['ann'])
  product.be('up')
  product.revoke(accepted)
  await send(accepted, ['ann', 'bob'])
  await receiver.until('batch.failed', { kind: 'unauthorized' })
  await send(accepted, ['ann'])
  return placesOf(receiver, answers)
}

const playLookUp = async () => {
  const [service, product] = [await startLookUpEndpoint(), await startProduct(token)]
  const settings = productSettings(product.url, token)
  service.knows(accepted, { account: { id: 'a' }, destinations: [{ connector: 'webhook', settings }] })
  service.knows(unchecked, {
    account: { id: 'b' },
    destinations: [{ connector: 'webhook', settings: { ...settings, url: token } }],
  })
  const receiver = await runReceiver({ deployment: lookUpAt(service) })
  const answers: string[] = []
  for (const key of [accepted, refused, unchecked])
    answers.push((await receiver.post(key, webhookPage(['ann']))).text)
  await product.untilDelivered('ann')
  service.fails({ status: 200, body: { account: token } })
  answers.push((await receiver.post('another', webhookPage(['ann']))).text)
  return placesOf(receiver, answers)
}

it('a key of the product shows nowhere, in no form, whatever became of it', async () => {
  const places = await playPassThrough()
  expect(places.answers).toContain('success')
  expect(places['the log']).toContain('key.refused')
  expect(places['the log']).toContain('account.onboarded')
  expect(places['the database']).toContain('ext-')
  expect(shown([accepted, refused, unchecked], places)).toEqual([])
})

it('neither does one that a service was asked about, nor what the service told', async () => {
  const places = await playLookUp()
  expect(places['the log']).toContain('lookup.unusable')
  expect(places['the log']).toContain('lookup.failed')
  expect(shown([accepted, refused, unchecked, token], places)).toEqual([])
})

it('a key that is stored in clear is found by this (negative control)', async () => {
  const places = await playPassThrough({
    wrap: (store) => ({
      createAccountWithDestination: (account, key, destination) =>
        store.createAccountWithDestination({ ...account, name: `of ${accepted}` }, key, destination),
    }),
  })
  expect(shown([accepted], places)).toEqual([`${accepted} in the admin API`, `${accepted} in the database`])
})

it('a key that is stored as its plain hash, or logged in an error, is found by this (negative control)', async () => {
  const places = await playPassThrough({
    wrap: (store) => ({
      createAccountWithDestination: (account, key, destination) =>
        store.createAccountWithDestination(
          account,
          { ...key, label: hash('sha256', accepted, 'hex') },
          destination,
        ),
    }),
  })
  const error = new Error(`The product refused ${refused}`)
  const log = `${places['the log']}\n${JSON.stringify({ msg: 'key.refused', reason: error.message })}`
  expect(shown([accepted, refused], { ...places, 'the log': log })).toEqual([
    `${accepted} in the admin API`,
    `${refused} in the log`,
    `${accepted} in the database`,
  ])
})
