import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpClient, type Tools } from '@cohort-relay/connector-kit'
import { webhook } from '@cohort-relay/webhook'
import { expect, onTestFinished, test } from 'vitest'
import { createPartnerApp } from './app.ts'

const secretOf = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const tools: Tools = { http: createHttpClient(), log: silent, now: () => new Date() }
const cohort = { projectId: '1', id: '2', name: 'Trial users', description: '' }
const audience = { id: '1/2', cohort }
const memberOf = (id: string) => ({
  id,
  identity: { kind: 'email' as const, value: `${id}@example.com` },
  properties: {},
})

const setup = async (connectorSecret = 'a secret of the partner') => {
  const app = createPartnerApp({ secret: secretOf('a secret of the partner') })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = webhook.settings.parse({ url: `${url}/cohorts`, secret: secretOf(connectorSecret) })
  const call = { idempotencyKey: 'batch', occurredAt: new Date(), signal: AbortSignal.timeout(5000) }
  const look = async (path: string): Promise<unknown> => (await fetch(url + path)).json()
  return { destination: webhook.connect(settings, tools), call, look }
}

test('takes what the webhook connector sends', async () => {
  const { destination, call, look } = await setup()
  await destination.checkAccess(call)
  await destination.addMembers(audience, ['bob', 'ann', 'chloe'].map(memberOf), call)
  await destination.removeMembers(audience, [memberOf('bob')], call)
  expect(await look('/lists')).toEqual({ '1/2': 2 })
  expect(await look('/lists/1/2/members')).toEqual(['ann', 'chloe'])
  expect(await look('/calls')).toEqual({ calls: 2, adds: 3, removes: 1, pings: 1, refused: 0 })
})

test('keeps the id of each delivery, and one digest for equal changes', async () => {
  const { destination, call, look } = await setup()
  await destination.addMembers(audience, [memberOf('ann')], { ...call, idempotencyKey: 'first' })
  await destination.addMembers(audience, [memberOf('ann')], { ...call, idempotencyKey: 'second' })
  await destination.removeMembers(audience, [memberOf('ann')], { ...call, idempotencyKey: 'third' })
  const deliveries = (await look('/deliveries')) as { webhookId: string; digest: string }[]
  expect(deliveries.map(({ webhookId }) => webhookId)).toEqual(['first', 'second', 'third'])
  expect(new Set(deliveries.map(({ digest }) => digest)).size).toBe(2)
})

test('refuses a connector with another secret and changes nothing', async () => {
  const { destination, call, look } = await setup('a secret of another')
  await expect(destination.addMembers(audience, [memberOf('ann')], call)).rejects.toMatchObject({
    kind: 'unauthorized',
  })
  expect(await look('/lists')).toEqual({})
  expect(await look('/calls')).toMatchObject({ calls: 0, refused: 1 })
})
