import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createServer } from './create-server.ts'
import { exchange, serve } from './testing/serve.ts'
import { startReceiver } from './testing/start-receiver.ts'

const post = 'POST /webhooks/mixpanel HTTP/1.1\r\n'

/** Status and body of the only answer. */
const parse = (answer: string): { status: number; headers: string; body: unknown } => {
  const [headers = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(headers.split(' ')[1]), headers, body: JSON.parse(body) }
}

describe('requests that are not valid HTTP', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown version', 'POST / HTTP/9.9\r\nHost: test\r\n\r\n'],
    ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
    ['no Host', `${post}\r\n`],
    ['two Hosts', `${post}Host: a\r\nHost: b\r\n\r\n`],
    ['two Hosts that agree', `${post}Host: a\r\nhost: a\r\n\r\n`],
    ['two keys', `${post}Host: a\r\nx-api-key: a\r\nX-Api-Key: b\r\n\r\n`],
    ['two Authorizations', `${post}Host: a\r\nAuthorization: Basic a\r\nauthorization: Basic b\r\n\r\n`],
    ['a second Host behind 3,000 headers', `${post}Host: a\r\n${'a:\r\n'.repeat(3000)}Host: b\r\n\r\n`],
    ['two lengths', `${post}Host: test\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length and chunks', `${post}Host: test\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    ['a length that is no number', `${post}Host: test\r\nContent-Length: two\r\n\r\n{}`],
    ['a header without a name', `${post}Host: test\r\n: x\r\n\r\n`],
    ['a header with NUL', `${post}Host: test\r\nx-api-key: a\0b\r\n\r\n`],
    ['headers of 20 kB', `${post}Host: test\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['an address of 20 kB', `POST /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: test\r\n\r\n`],
    ['an unknown expectation', `${post}Host: test\r\nExpect: a-miracle\r\n\r\n`],
  ])('get the envelope and a closed connection: %s', async (_name, request) => {
    const { port } = await startReceiver()
    const { status, headers, body } = parse(await exchange(port, request))
    expect(status).toBe(400)
    expect(headers).toMatch(/content-type: application\/json/i)
    expect(headers).toMatch(/connection: close/i)
    expect(body).toMatchObject({ action: null, status: 'failure', error: { code: 400 } })
  })

  it('gets the envelope when the chunks of a body are broken', async () => {
    const { port, key } = await startReceiver()
    const head = `${post}Host: test\r\nx-api-key: ${key}\r\nTransfer-Encoding: chunked\r\n\r\n`
    expect(parse(await exchange(port, head, 'zz\r\n{}\r\n'))).toMatchObject({ status: 400 })
  })

  it.each([
    ['headers that never end', `${post}Host: test\r\n`],
    ['a body that never ends', `${post}Host: test\r\nContent-Length: 10\r\nx-api-key: KEY\r\n\r\n{`],
  ])('is told to try again, not that it is wrong, when it is too slow: %s', async (_name, request) => {
    const slow = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 }
    const { port, key } = await startReceiver({ server: slow })
    const { status, headers, body } = parse(await exchange(port, request.replace('KEY', key)))
    expect(status).toBe(503)
    expect(headers).toMatch(/retry-after: 5/i)
    expect(body).toMatchObject({ status: 'failure', error: { code: 503 } })
  })

  it('is cut off when it does not read its answers', async () => {
    const server = createServer((_request, response) => void response.end('x'.repeat(200)), {
      idleTimeout: 50,
    })
    const { port } = await serve(server)
    const connected = once(server, 'connection') as Promise<[Socket]>
    const socket = connect(port, '127.0.0.1').pause()
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(200_000))
    const [served] = await connected
    await once(served, 'close')
    expect(served.bytesWritten).toBeLessThan(200_000 * 200)
  })

  it('get 500 answers on a connection, the last of which closes it', async () => {
    const { port } = await startReceiver()
    const answers = await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(1000))
    const heads = answers.split('HTTP/1.1 200').slice(1)
    expect(heads).toHaveLength(500)
    expect(heads.findIndex((text) => /connection: close/i.test(text))).toBe(499)
  })

  it('never answers for a page that is still being stored', async () => {
    const storing = Promise.withResolvers<{ decision: 'stored' | 'late' }>()
    const { port, key } = await startReceiver({ webhook: { storePage: () => storing.promise } })
    const body = '{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[]}}'
    const request = `${post}Host: test\r\nx-api-key: ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    expect(await exchange(port, `${request}nonsense\r\n\r\n`)).toBe('')
    storing.resolve({ decision: 'late' })
  })

  it.each([
    ['CONNECT', 'CONNECT test:80 HTTP/1.1\r\nHost: test\r\n\r\n', /^$/],
    [
      'TRACE',
      'TRACE /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n',
      /^HTTP\/1.1 404 /,
    ],
    [
      'an upgrade',
      `${post}Host: test\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n`,
      /^HTTP\/1.1 401 /,
    ],
    ['an unknown coding', `${post}Host: test\r\nTransfer-Encoding: gzip\r\n\r\n`, /^HTTP\/1.1 400 /],
  ])('never gets a status of another list: %s', async (_name, request, expected) => {
    const { port } = await startReceiver()
    expect(await exchange(port, request)).toMatch(expected)
  })

  it('takes HTTP/1.0 without a Host, and an expected continue', async () => {
    const { port } = await startReceiver()
    expect(await exchange(port, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
    const request = `${post}Host: test\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`
    expect(await exchange(port, request, '{}')).toMatch(/^HTTP\/1.1 100 [^]*HTTP\/1.1 401 /)
  })
})
