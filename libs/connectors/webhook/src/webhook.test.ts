import {
  createHttpClient,
  DestinationError,
  type Audience,
  type Call,
  type Logger,
  type Member,
} from '@cohort-relay/connector-kit'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test } from 'vitest'
import { createFakePartner, type Behaviour } from './testing/fake-partner.ts'
import { webhook } from './webhook.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const cohort = { projectId: '12', id: '34', name: 'Loyal “fans” 🎉', description: 'Twice a week' }
const audience: Audience = { id: '12/34', cohort }
const occurredAt = new Date('2026-11-23T09:00:00.123Z')

const quiet = () => undefined
const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }

const setup = async (given: object = {}) => {
  const partner = await createFakePartner({ secret })
  onTestFinished(() => partner.close())
  // Any moment that a receiver still accepts; not a whole second.
  const now = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_001)
  const settings = webhook.settings.parse({ url: partner.url, secret, ...given })
  const http = createHttpClient({ deadlineSeconds: 5, wait: async () => undefined })
  const destination = webhook.connect(settings, { http, log, now: () => now })
  return { partner, destination, now }
}

const call = (idempotencyKey: string, signal = new AbortController().signal): Call => ({
  idempotencyKey,
  occurredAt,
  signal,
})

const person = (id: string): Member => ({
  id,
  identity: { kind: 'email', value: `${id}@example.com` },
  properties: { $name: id },
})

const ann = person('ann')
const bob = person('bob')
const eve = person('eve')

const kindOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof DestinationError ? error.kind : String(error)),
  )

test('sends what the specification asks for, signed for the receiver', async () => {
  const { partner, destination, now } = await setup({ headers: { 'X-Api-Key': 'k1' } })
  expect(await destination.addMembers(audience, [ann, bob], call('batch-1'))).toEqual([
    { memberId: 'ann', outcome: 'applied' },
    { memberId: 'bob', outcome: 'applied' },
  ])
  expect(partner.calls[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': 'batch-1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'x-api-key': 'k1',
  })
  expect(partner.calls[0]?.event).toEqual({
    type: 'cohort.members.added',
    timestamp: '2026-11-23T09:00:00.123Z',
    data: {
      cohort,
      members: [
        { id: 'ann', identity: { kind: 'email', value: 'ann@example.com' }, properties: { $name: 'ann' } },
        { id: 'bob', identity: { kind: 'email', value: 'bob@example.com' }, properties: { $name: 'bob' } },
      ],
    },
  })
  expect(partner.membersOf('12', '34')).toEqual(['ann', 'bob'])
})

test('fails as unauthorized when the partner has another secret', async () => {
  const { partner, destination } = await setup({ secret: 'whsec_c29tZXRoaW5nIGVsc2UgYWx0b2dldGhlcg==' })
  expect(await kindOf(destination.addMembers(audience, [ann], call('batch-1')))).toBe('unauthorized')
  expect(partner.membersOf('12', '34')).toEqual([])
})

test('takes a secret without the whsec_ prefix for the same key', async () => {
  const { partner, destination } = await setup({ secret: secret.replace('whsec_', '') })
  await destination.addMembers(audience, [ann], call('batch-1'))
  expect(partner.membersOf('12', '34')).toEqual(['ann'])
})

test('signs over the body: the same check refuses a body that was changed on the way', async () => {
  const { partner, destination } = await setup()
  await destination.addMembers(audience, [ann], call('batch-1'))
  const { body = '', headers = {} } = partner.calls[0] ?? {}
  const verify = (text: string) => new Webhook(secret).verify(text, headers as Record<string, string>)
  expect(verify(body)).toBeDefined()
  expect(() => verify(body.replace('ann', 'eve'))).toThrow('No matching signature')
})

test('removes only who it was asked to remove, and calls an absent member applied', async () => {
  const { partner, destination } = await setup()
  await destination.addMembers(audience, [ann, bob], call('batch-1'))
  expect(await destination.removeMembers(audience, [bob, eve], call('batch-2'))).toEqual([
    { memberId: 'bob', outcome: 'applied' },
    { memberId: 'eve', outcome: 'applied' },
  ])
  expect(partner.calls[1]?.event?.type).toBe('cohort.members.removed')
  expect(partner.membersOf('12', '34')).toEqual(['ann'])
})

test('sends nothing for no members', async () => {
  const { partner, destination } = await setup()
  expect(await destination.addMembers(audience, [], call('batch-1'))).toEqual([])
  expect(partner.calls).toEqual([])
})

test('repeats a batch whose answer was lost under the same webhook-id and body, without a second effect', async () => {
  const { partner, destination } = await setup()
  partner.behave({ kind: 'reset-after-effect' }, { kind: 'reset-before-effect' })
  await destination.addMembers(audience, [ann], call('batch-1'))
  expect(partner.calls.map(({ headers }) => headers['webhook-id'])).toEqual(['batch-1', 'batch-1', 'batch-1'])
  expect(new Set(partner.calls.map(({ body }) => body)).size).toBe(1)
  expect(partner.effectsOf('batch-1')).toEqual([1, 0])
})

test('sends a batch again later with an equal body', async () => {
  const { partner, destination } = await setup()
  await destination.addMembers(audience, [ann], call('batch-1'))
  await destination.addMembers(audience, [ann], call('batch-1'))
  expect(partner.calls[1]?.body).toBe(partner.calls[0]?.body)
  expect(partner.effectsOf('batch-1')).toEqual([1, 0])
})

test("passes on the partner's result of each member", async () => {
  const { partner, destination } = await setup()
  partner.behave({
    kind: 'results',
    resultFor: ({ id }) =>
      id === 'bob' ? { outcome: 'refused', reason: 'unsubscribed' } : { outcome: 'applied' },
  })
  expect(await destination.addMembers(audience, [ann, bob], call('batch-1'))).toEqual([
    { memberId: 'ann', outcome: 'applied' },
    { memberId: 'bob', outcome: 'refused', reason: 'unsubscribed' },
  ])
  expect(partner.membersOf('12', '34')).toEqual(['ann'])
})

test.each<[Behaviour & { kind: 'status' }, string, number]>([
  [{ kind: 'status', status: 301, headers: { location: '/' } }, 'misconfigured', 1],
  [{ kind: 'status', status: 401 }, 'unauthorized', 1],
  [{ kind: 'status', status: 404, body: '<h1>nothing</h1>' }, 'misconfigured', 1],
  [{ kind: 'status', status: 410 }, 'misconfigured', 1],
  [{ kind: 'status', status: 422, body: '{"results":[]}' }, 'rejected', 1],
  [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 'throttled', 1],
  [{ kind: 'status', status: 503, headers: { 'retry-after': '7' } }, 'throttled', 1],
  [{ kind: 'status', status: 500 }, 'unavailable', 1],
  [{ kind: 'status', status: 503 }, 'unavailable', 3],
])('answers %j with %s after %i calls', async (behaviour, kind, calls) => {
  const { partner, destination } = await setup()
  partner.behave(behaviour, behaviour, behaviour)
  expect(await kindOf(destination.addMembers(audience, [ann], call('batch-1')))).toBe(kind)
  expect(partner.calls).toHaveLength(calls)
})

test("stops at the call's signal while the partner hangs", async () => {
  const { partner, destination } = await setup()
  const stop = new AbortController()
  partner.behave({ kind: 'hang' })
  const work = kindOf(destination.addMembers(audience, [ann], call('batch-1', stop.signal)))
  await expect.poll(() => partner.calls.length, { interval: 5 }).toBe(1)
  stop.abort('stopping')
  expect(await work).toBe('stopping')
})

test('proves access with a signed ping that names no member', async () => {
  const { partner, destination } = await setup()
  await destination.checkAccess(call('check-1'))
  expect(partner.calls[0]?.event).toEqual({
    type: 'cohort.relay.ping',
    timestamp: '2026-11-23T09:00:00.123Z',
    data: {},
  })
  partner.behave({ kind: 'status', status: 403 })
  expect(await kindOf(destination.checkAccess(call('check-2')))).toBe('unauthorized')
})

test('prepares an audience without a request, known by the ids and never by the name', async () => {
  const { partner, destination } = await setup()
  const prepare = async (projectId: string, id: string, name = 'n') =>
    (await destination.prepareAudience({ projectId, id, name, description: '' }, call('prepare'))).id
  expect(await prepare('12', '34')).toBe('12/34')
  expect(await prepare('12', '34', 'renamed')).toBe('12/34')
  const ids = await Promise.all([prepare('a/b', 'c'), prepare('a', 'b/c'), prepare('a%2Fb', 'c')])
  expect(new Set(ids).size).toBe(3)
  expect(partner.calls).toEqual([])
})

test('carries names and ids that mean something to JavaScript, JSON or a path unharmed', async () => {
  const { partner, destination } = await setup()
  const ids = ['__proto__', 'constructor', '../a?b#c', '"\n\u2028', '9007199254740993']
  const results = await destination.addMembers(audience, ids.map(person), call('batch-1'))
  expect(results.map(({ memberId }) => memberId)).toEqual(ids)
  expect(partner.membersOf('12', '34')).toEqual(ids.toSorted())
})

test('asks the core for batches of the size that the settings name', async () => {
  const { destination } = await setup({ membersPerCall: 50 })
  expect(destination.membersPerCall).toBe(50)
})
