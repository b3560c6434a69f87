import { expect, test } from 'vitest'
import { httpLine, type Credentials, type Network } from './http-line.ts'
import { sendPage } from './send-page.ts'
import { accepted, createScriptedNetwork, refused, type ScriptedAnswer } from './testing/scripted-network.ts'

const setup = (answers: readonly ScriptedAnswer[], scheme: Credentials['scheme'] = 'x-api-key') => {
  const scripted = createScriptedNetwork(answers)
  const receiver = { url: 'http://receiver.example/', credentials: { key: 'the:key', scheme } }
  const page = { action: 'members', parameters: { members: [] } } as const
  const send = (network: Network = scripted.network) => sendPage(page, httpLine(receiver, network), network)
  return { ...scripted, send }
}

const busy = refused(503, 'Busy')
const odd = (status: number): ScriptedAnswer => ({ status, body: 'no envelope' })

test.each<[string, ScriptedAnswer[], object]>([
  ['accepts success', [accepted], { outcome: 'accepted', calls: 1 }],
  ['tries again after 503', [busy, accepted], { outcome: 'accepted', calls: 2 }],
  ['tries again after 429', [refused(429, 'Slow down'), accepted], { outcome: 'accepted', calls: 2 }],
  ['tries again after 500', [odd(500), accepted], { outcome: 'accepted', calls: 2 }],
  ['tries again without an answer', ['drop', accepted], { outcome: 'accepted', calls: 2 }],
  [
    'fails after five retries',
    Array.from({ length: 9 }, () => busy),
    { outcome: 'failed', calls: 6, message: '503: Busy' },
  ],
  ['pauses on 400', [refused(400, 'No')], { outcome: 'paused', calls: 1, message: '400: No' }],
  ['pauses on 401', [refused(401, 'No')], { outcome: 'paused', calls: 1, message: '401: No' }],
  ['pauses on 403', [refused(403, 'No')], { outcome: 'paused', calls: 1, message: '403: No' }],
  ['pauses on 404', [refused(404, 'No')], { outcome: 'paused', calls: 1, message: '404: No' }],
  ['pauses on 401 after a retry', [busy, refused(401, 'No')], { outcome: 'paused', calls: 2 }],
  ['fails at once on 413', [odd(413)], { outcome: 'failed', calls: 1 }],
  ['fails at once on a redirect', [odd(302)], { outcome: 'failed', calls: 1 }],
  [
    'fails on 200 with failure',
    [{ status: 200, body: { status: 'failure' } }],
    { outcome: 'failed', calls: 1 },
  ],
  ['fails on 200 without an envelope', [odd(200)], { outcome: 'failed', calls: 1 }],
])('%s', async (_name, answers, expected) => {
  expect(await setup(answers).send()).toMatchObject(expected)
})

test('backs off exponentially and stays within 60 seconds', async () => {
  const { send, waits } = setup(Array.from({ length: 9 }, () => busy))
  await send()
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000])
})

test('gives up when the next retry would begin after 60 seconds', async () => {
  const { send, network, pages } = setup(Array.from({ length: 9 }, () => busy))
  const slow: Network = { ...network, now: () => network.now() + pages.length * 20_000 }
  expect(await send(slow)).toMatchObject({ outcome: 'failed', calls: 3 })
})

test('says why there was no answer', async () => {
  const { send } = setup(Array.from({ length: 9 }, () => 'drop' as const))
  expect(await send()).toMatchObject({ message: 'no answer: socket hang up' })
})

test('sends the key as x-api-key, or as the password of HTTP Basic', async () => {
  const partner = setup([])
  await partner.send()
  expect(partner.headers[0]?.get('x-api-key')).toBe('the:key')
  const webhook = setup([], 'basic')
  await webhook.send()
  expect(webhook.headers[0]?.get('authorization')).toBe(`Basic ${btoa('mixpanel:the:key')}`)
  expect(webhook.headers[0]?.has('x-api-key')).toBe(false)
})
