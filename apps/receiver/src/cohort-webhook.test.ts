import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { generateApiKey } from '@cohort-relay/core'
import { describe, expect, it } from 'vitest'
import { textOf } from './mixpanel-answer.ts'
import { replies, type Condition } from './replies.ts'
import type { Closure } from './cohort-webhook.ts'
import { exchange } from './testing/serve.ts'
import { startReceiver } from './testing/start-receiver.ts'

const page = {
  action: 'add_members',
  parameters: {
    mixpanel_project_id: '1',
    mixpanel_cohort_id: '2',
    mixpanel_cohort_name: 'Canary cohort',
    mixpanel_session_id: 'session',
    page_info: { total_pages: 3, page_count: 2 },
    members: [
      { mixpanel_distinct_id: 'canary-member', email: 'canary@example.com', first_name: 'Canary' },
      { email: 'canary@example.com' },
      7,
    ],
  },
}

type Receiver = Awaited<ReturnType<typeof startReceiver>>

const post = async ({ webhookUrl, key }: Receiver, body: BodyInit, headers: Record<string, string> = {}) => {
  const answer = await fetch(webhookUrl, {
    method: 'POST',
    body,
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
  })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown }
}

const failure = (condition: Condition, action: string | null = null, partner?: string) => ({
  status: replies[condition].status,
  body: {
    action,
    status: 'failure',
    error: { message: textOf(replies[condition], partner), code: replies[condition].status },
  },
})

describe('the webhook', () => {
  it('stores a page and answers success', async () => {
    const receiver = await startReceiver()
    const text = JSON.stringify(page)
    expect(await post(receiver, text)).toMatchObject({
      status: 200,
      body: { action: 'add_members', status: 'success' },
    })
    expect(receiver.stored).toMatchObject([
      { accountId: 'ann', page: { action: 'add', cohort: { id: '2' } } },
    ])
    expect(receiver.stored[0]?.body.toString()).toBe(text)
  })

  it('stores the decompressed body', async () => {
    const receiver = await startReceiver()
    const text = JSON.stringify(page)
    await post(receiver, gzipSync(text), { 'content-encoding': 'gzip' })
    expect(receiver.stored[0]?.body.toString()).toBe(text)
  })

  it('takes a trailing slash', async () => {
    const receiver = await startReceiver()
    const answer = await post({ ...receiver, webhookUrl: `${receiver.webhookUrl}/` }, JSON.stringify(page))
    expect(answer.status).toBe(200)
  })

  it('writes one line with every decision in it', async () => {
    const receiver = await startReceiver()
    const text = JSON.stringify(page)
    await post(receiver, text)
    await receiver.untilLine()
    const expected = {
      requestId: expect.any(String),
      accountId: 'ann',
      keyId: receiver.keyId,
      action: 'add',
      projectId: '1',
      cohortId: '2',
      sessionId: 'session',
      pageNumber: 2,
      totalPages: 3,
      members: 1,
      setAside: { 'id-missing': 1, 'not-an-object': 1 },
      bytes: text.length,
      decision: 'stored',
      answer: 'success',
      status: 200,
      milliseconds: 0,
    }
    expect(receiver.lines).toEqual([{ level: 'info', event: 'page.accepted', fields: expected }])
  })

  it('says in the line that removals of the cohort wait, and answers as ever', async () => {
    const storePage = async () => ({ decision: 'stored' as const, held: true })
    const receiver = await startReceiver({ webhook: { storePage } })
    expect(await post(receiver, JSON.stringify(page))).toMatchObject({
      status: 200,
      body: { action: 'add_members', status: 'success' },
    })
    await receiver.untilLine()
    expect(receiver.lines).toMatchObject([{ event: 'page.accepted', fields: { held: true } }])
  })

  it.each<[Condition, string, string | null]>([
    ['not-json', '{', null],
    ['not-json', '', null],
    ['not-an-object', '[]', null],
    ['action-missing', '{}', null],
    ['action-unknown', '{"action":"constructor"}', 'constructor'],
    ['too-deep', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, null],
    ['cohort-id-missing', '{"action":"members","parameters":{"members":[]}}', 'members'],
    ['members-missing', '{"action":"members","parameters":{"mixpanel_cohort_id":"1"}}', 'members'],
  ])('refuses %s and stores nothing: %s', async (condition, body, action) => {
    const receiver = await startReceiver()
    expect(await post(receiver, body)).toMatchObject(failure(condition, action))
    await receiver.untilLine()
    expect(receiver.stored).toEqual([])
    expect(receiver.lines).toMatchObject([
      { event: 'page.refused', level: 'warn', fields: { answer: condition } },
    ])
  })

  it.each<[Condition, BodyInit, Record<string, string>]>([
    ['not-utf8', Buffer.from([0x7b, 0xff, 0x7d]), {}],
    ['wrong-content-type', '{}', { 'content-type': 'text/plain' }],
    ['unknown-encoding', '{}', { 'content-encoding': 'zstd' }],
    ['unreadable', '{}', { 'content-encoding': 'gzip' }],
    ['too-large', gzipSync('x'.repeat(100_001)), { 'content-encoding': 'gzip' }],
    ['too-large', 'x'.repeat(100_001), {}],
    ['too-many-values', gzipSync(`[${'1,'.repeat(250_001)}1]`), { 'content-encoding': 'gzip' }],
  ])('refuses a body: %s', async (condition, body, headers) => {
    const receiver = await startReceiver({
      webhook: condition === 'too-many-values' ? { maxBodyBytes: 1_000_000 } : {},
    })
    expect(await post(receiver, body, headers)).toMatchObject(failure(condition))
    expect(receiver.stored).toEqual([])
  })

  it.each<[Condition, string, string]>([
    ['is-mixpanel-alert', 'application/json', '{"event_type":"custom_alert_triggered"}'],
    [
      'is-mixpanel-people-webhook',
      'application/x-www-form-urlencoded',
      'users=%5B%7B%22%24distinct_id%22%3A1%7D%5D',
    ],
    ['is-segment', 'application/json', '{"type":"identify","userId":"ann"}'],
    ['is-mparticle', 'application/json', '{"user_attributes":{},"mpid":"1"}'],
    ['is-amplitude', 'application/json', '{"cohort_id":"1","in_cohort":true,"users":[]}'],
    ['wrong-content-type', 'application/x-www-form-urlencoded', 'action=members'],
    ['wrong-content-type', 'application/x-www-form-urlencoded', `users=distinct_id${'x'.repeat(70_000)}`],
  ])('names the mix-up: %s', async (condition, type, body) => {
    const receiver = await startReceiver()
    expect(await post(receiver, body, { 'content-type': type })).toMatchObject(failure(condition))
    expect(receiver.stored).toEqual([])
  })

  it.each<[Closure, string | null]>([
    [{ condition: 'account-disabled' }, null],
    [{ condition: 'destination-refused', partner: 'Mailchimp' }, null],
    [{ condition: 'over-rate' }, '13'],
    [{ condition: 'backlog-too-long' }, '25'],
  ])('takes nothing of an account that is closed: %j', async (closure, retryAfter) => {
    const asked: string[] = []
    const closureOf = async (accountId: string) => {
      asked.push(accountId)
      return closure
    }
    const receiver = await startReceiver({ webhook: { closureOf } })
    const answer = await post(receiver, JSON.stringify(page))
    expect(answer).toMatchObject(failure(closure.condition, null, closure.partner))
    expect(answer.headers.get('retry-after')).toBe(retryAfter)
    expect([asked, receiver.stored]).toEqual([['ann'], []])
  })

  it('answers a missing, a wrong and an unknown key alike', async () => {
    const receiver = await startReceiver()
    const unknown = generateApiKey(randomBytes).key
    for (const key of ['', 'wrong', unknown]) {
      expect(await post(receiver, JSON.stringify(page), { 'x-api-key': key })).toMatchObject(
        failure('unknown-key'),
      )
    }
    expect(receiver.stored).toEqual([])
  })

  it('answers 503, never 401, while the key store cannot be reached', async () => {
    const authenticate = () => Promise.reject(new Error('canary'))
    const receiver = await startReceiver({ webhook: { authenticate } })
    const answer = await post(receiver, '{}')
    expect(answer).toMatchObject(failure('store-unavailable'))
    expect(answer.headers.get('retry-after')).toBe('5')
  })

  it('does not acknowledge a page that is not durable', async () => {
    const storePage = () =>
      Promise.reject(Object.assign(new Error('canary'), { code: 'ERR_FULL', errstr: 'disk full' }))
    const receiver = await startReceiver({ webhook: { storePage } })
    expect(await post(receiver, JSON.stringify(page))).toMatchObject(
      failure('store-unavailable', 'add_members'),
    )
    await receiver.untilLine()
    expect(receiver.lines).toMatchObject([
      { level: 'error', fields: { code: 'ERR_FULL', sqlite: 'disk full' } },
    ])
  })

  it('takes a fault of its own upon itself', async () => {
    const readPage = () => {
      throw new Error('canary')
    }
    const receiver = await startReceiver({ webhook: { readPage } })
    expect(await post(receiver, '{}')).toMatchObject(failure('internal'))
  })

  it('takes no page while it drains, and closes the connection', async () => {
    const receiver = await startReceiver({ webhook: { isDraining: () => true } })
    const answer = await post(receiver, JSON.stringify(page))
    expect(answer).toMatchObject(failure('shutting-down'))
    expect(answer.headers.get('connection')).toBe('close')
    expect(receiver.stored).toEqual([])
  })

  it('keeps the connection for the next page', async () => {
    const receiver = await startReceiver()
    const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n`
    const answers = await exchange(
      receiver.port,
      `${head}\r\n{}${head}Connection: close\r\nx-api-key: ${receiver.key}\r\n\r\n{}`,
    )
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 400'])
  })

  it('the answer to a refusal survives a body that is far too large', async () => {
    const receiver = await startReceiver()
    const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nContent-Length: 190000\r\n\r\n`
    const next = 'GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n'
    const answers = await exchange(receiver.port, head, 'x'.repeat(190_000), next)
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  it('stops listening to a sender that sends without end', async () => {
    const receiver = await startReceiver()
    const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nContent-Length: 900000000\r\n\r\n`
    const answer = await exchange(receiver.port, head, 'x'.repeat(3_000_000))
    expect(answer).toMatch(/^HTTP\/1.1 401 [^]*connection: close/i)
  })

  it('answers a refusal in time when the body never comes', async () => {
    const receiver = await startReceiver({ webhook: { discardMilliseconds: 20 } })
    const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nContent-Length: 190000\r\n\r\n`
    const answer = await exchange(receiver.port, head)
    expect(answer).toMatch(/^HTTP\/1.1 401 [^]*connection: close/i)
  })

  it('says in the log that the sender went away', async () => {
    const receiver = await startReceiver()
    const socket = connect(receiver.port, '127.0.0.1')
    const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nx-api-key: ${receiver.key}\r\n`
    socket.end(`${head}Content-Length: 10\r\n\r\n{`)
    await receiver.untilLine()
    expect(receiver.lines).toMatchObject([{ event: 'page.refused', fields: { answer: 'unreadable' } }])
    expect(receiver.stored).toEqual([])
  })

  it('reads nothing of the body before the caller is known', async () => {
    const seen: unknown[] = []
    const receiver = await startReceiver({
      webhook: {
        authenticate: () => Promise.resolve(undefined),
        readPage: (body) => {
          seen.push(body)
          return { ok: false, refusal: 'not-json', action: null }
        },
      },
    })
    expect(await post(receiver, '{')).toMatchObject(failure('unknown-key'))
    expect(seen).toEqual([])
  })
})

describe('what reaches the log', () => {
  const canaries = ['canary', 'Canary', 'crk_']

  const logOf = async (settings: Parameters<typeof startReceiver>[0], body: string): Promise<string> => {
    const receiver = await startReceiver(settings)
    await post(receiver, body)
    await receiver.untilLine()
    return JSON.stringify(receiver.lines)
  }

  const leaksOf = (text: string): string[] => canaries.filter((canary) => text.includes(canary))

  it.each<[string, Parameters<typeof startReceiver>[0], string]>([
    ['of an accepted page', {}, JSON.stringify(page)],
    ['of a body that is not JSON', {}, '{"canary'],
    ['of an unknown action', {}, '{"action":"canary"}'],
    [
      'of a store that quotes the body',
      { webhook: { storePage: () => Promise.reject(new SyntaxError('bad "canary@example.com"')) } },
      JSON.stringify(page),
    ],
    [
      'of a key store that quotes the key',
      {
        webhook: {
          authenticate: (headers) => Promise.reject(new Error(`canary ${String(headers['x-api-key'])}`)),
        },
      },
      JSON.stringify(page),
    ],
  ])('is no key, no e-mail address and no body: %s', async (_name, settings, body) => {
    expect(leaksOf(await logOf(settings, body))).toEqual([])
  })

  it('the check tells a log line that holds the page (negative control)', async () => {
    const receiver = await startReceiver()
    await post(receiver, JSON.stringify(page))
    receiver.log.info(
      {
        page: receiver.stored[0]?.page,
        body: receiver.stored[0]?.body.toString(),
        headers: { 'x-api-key': receiver.key },
      },
      'page.dumped',
    )
    expect(leaksOf(JSON.stringify(receiver.lines))).toEqual(canaries)
  })
})
