import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { readDelivery, type ReadDelivery } from './read-delivery.ts'

const secret = `whsec_${Buffer.from('a secret of the partner').toString('base64')}`
const otherSecret = `whsec_${Buffer.from('a secret of another').toString('base64')}`
const ann = { id: 'ann', identity: { kind: 'email', value: 'ann@example.com' } }
const added = {
  type: 'cohort.members.added',
  timestamp: '2026-11-23T00:00:00Z',
  data: { cohort: { projectId: '1', id: '2' }, members: [ann] },
}

const signed = (body: string, sentAt = new Date(), key = secret) => ({
  'webhook-id': 'batch',
  'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
  'webhook-signature': new Webhook(key).sign('batch', sentAt, body),
})

const body = JSON.stringify(added)
const longAgo = new Date(Date.now() - 3_600_000)

const forgeries: readonly [string, string, Record<string, string>][] = [
  ['no signature', body, {}],
  ['a signature by another secret', body, signed(body, new Date(), otherSecret)],
  ['a changed body', body.replace('ann', 'bob'), signed(body)],
  ['a changed id', body, { ...signed(body), 'webhook-id': 'other' }],
  ['an old delivery', body, signed(body, longAgo)],
]

const acceptedForgeries = (read: (...parts: [string, Record<string, string>, string]) => ReadDelivery) =>
  forgeries.flatMap(([name, text, headers]) => (read(text, headers, secret).status === 401 ? [] : [name]))

test('takes a signed delivery', () => {
  expect(readDelivery(body, signed(body), secret)).toEqual({ status: 200, delivery: added })
})

test('refuses every forgery', () => expect(acceptedForgeries(readDelivery)).toEqual([]))

test('notices a reader that does not check signatures', () => {
  const trusting = (text: string): ReadDelivery => readDelivery(text, signed(text), secret)
  expect(acceptedForgeries(trusting)).toHaveLength(forgeries.length)
})

test.each([
  ['no JSON', 'hello'],
  ['an unknown type', JSON.stringify({ ...added, type: 'cohort.deleted' })],
  ['no cohort id', JSON.stringify({ ...added, data: { cohort: { projectId: '1' }, members: [] } })],
  [
    'members without identity',
    JSON.stringify({ ...added, data: { ...added.data, members: [{ id: 'ann' }] } }),
  ],
])('refuses %s although it is signed', (_name, text) => {
  expect(readDelivery(text, signed(text), secret).status).toBe(400)
})
