import { describe, expect, it } from 'vitest'
import { createApp, type AppParts } from './app.ts'
import { createServer } from './create-server.ts'
import { logLines } from './testing/log-lines.ts'
import { exchange, serve } from './testing/serve.ts'

const setup = async (parts: Partial<AppParts> = {}) => {
  const { log, lines } = logLines()
  const app = createApp({
    cohortWebhook: (_req, res) => void res.json({ reached: true }),
    adminApi: (_req, _res, next) => next(),
    documents: (_req, _res, next) => next(),
    notReady: async () => [],
    log,
    ...parts,
  })
  return { ...(await serve(createServer(app))), lines }
}

const get = async (url: string, method = 'GET') => {
  const answer = await fetch(url, { method })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? '' : (JSON.parse(text) as unknown),
  }
}

const broken = () => {
  throw new Error('canary')
}

describe('the service', () => {
  it('is alive and ready', async () => {
    const { url } = await setup()
    expect(await get(`${url}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await get(`${url}/readyz`)).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it('says which part is not ready, and stays alive', async () => {
    const { url } = await setup({ notReady: async () => ['store'] })
    const body = { status: 'not-ready', notReady: ['store'] }
    expect(await get(`${url}/readyz`)).toMatchObject({ status: 503, body })
    expect((await get(`${url}/healthz`)).status).toBe(200)
  })

  it('is not ready when the check itself fails', async () => {
    const { url } = await setup({ notReady: () => Promise.reject(new Error('canary')) })
    const answer = await get(`${url}/readyz`)
    expect(answer.status).toBe(503)
    expect(JSON.stringify(answer.body)).not.toContain('canary')
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    'answers %s to the webhook with the envelope',
    async (method) => {
      const { url } = await setup()
      const answer = await get(`${url}/webhooks/mixpanel`, method)
      expect(answer).toMatchObject({
        status: 404,
        body: { action: null, status: 'failure', error: { code: 404 } },
      })
    },
  )

  it('answers HEAD to the webhook without a body', async () => {
    const { url } = await setup()
    expect(await get(`${url}/webhooks/mixpanel`, 'HEAD')).toMatchObject({ status: 404, body: '' })
  })

  it.each([
    '/webhooks',
    '/webhooks/mixpanle',
    '/webhooks/mixpanel/x',
    '/webhooks/mixpanel%',
    '/webhooks/%ff/x',
  ])('answers a mistyped webhook address with the envelope: %s', async (path) => {
    const { port } = await setup()
    const request = `POST ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`
    expect(await exchange(port, request)).toMatch(/^HTTP\/1.1 404 [^]*"status":"failure"/)
  })

  it('takes the webhook address with a query, even a malformed one', async () => {
    const { url } = await setup()
    expect(await get(`${url}/webhooks/mixpanel?a=%zz&__proto__[x]=1`, 'POST')).toMatchObject({ status: 200 })
  })

  it('turns a fault in the webhook into the envelope of 503', async () => {
    const { url, lines } = await setup({ cohortWebhook: broken })
    const body = { status: 'failure', error: { code: 503 } }
    expect(await get(`${url}/webhooks/mixpanel`, 'POST')).toMatchObject({ status: 503, body })
    expect(lines).toMatchObject([{ level: 'error', event: 'request.failed', fields: { error: 'Error' } }])
    expect(JSON.stringify(lines)).not.toContain('canary')
  })

  it('turns a fault elsewhere into a problem that tells nothing', async () => {
    const { url } = await setup({ adminApi: broken })
    const answer = await get(`${url}/api/accounts`)
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(JSON.stringify(answer.body)).not.toContain('canary')
  })

  it('answers an unknown address with a problem, and says nothing of what it is made of', async () => {
    const { url } = await setup()
    const answer = await get(`${url}/nothing`)
    expect(answer).toMatchObject({
      status: 404,
      body: { status: 404, code: 'not-found', title: 'There is no such thing here' },
    })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.has('x-powered-by')).toBe(false)
    expect(answer.headers.has('etag')).toBe(false)
  })
})
