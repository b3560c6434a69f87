import { once } from 'node:events'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { codeOf, failureOf, setup, setupRaw, startClient } from './testing/set-up-client.ts'

const mebibyte = 1024 * 1024

describe('what is sent', () => {
  test('sends method, headers and JSON once, with no cookie and our user agent', async () => {
    const { server, send, requests } = await setup((_request, response) =>
      response.setHeader('set-cookie', 'a=b').end(),
    )
    await send({ method: 'PUT', url: `${server.url}/list?x=1`, headers: { 'X-Key': 'k' }, json: { a: 'ü' } })
    await send()
    const [first, second] = requests
    expect(first).toMatchObject({ method: 'PUT', url: '/list?x=1', body: '{"a":"ü"}' })
    expect(first?.headers).toMatchObject({
      'x-key': 'k',
      'content-type': 'application/json',
      'user-agent': 'cohort-relay',
    })
    expect(second?.headers).not.toHaveProperty('cookie')
    expect(server.sockets).toHaveLength(1)
  })

  test('sends a body as it is, with the content type that the caller names', async () => {
    const { send, requests } = await setup((_request, response) => response.end())
    await send({ method: 'POST', body: '{"n":1.0}', headers: { 'Content-Type': 'application/scim+json' } })
    expect(requests[0]?.body).toBe('{"n":1.0}')
    expect(requests[0]?.headers['content-type']).toBe('application/scim+json')
  })

  test('refuses what is no http URL before sending, without quoting it', async () => {
    const { send } = startClient('', {})
    const failures = await Promise.all(
      ['ftp://user:canary@example.com', 'canary'].map((url) => failureOf(send({ url }))),
    )
    expect(failures.map(({ kind }) => kind)).toEqual(['misconfigured', 'misconfigured'])
    expect(failures.map(String).join()).not.toContain('canary')
  })
})

describe('answers', () => {
  test.each([
    { name: 'JSON', body: '{"a":[1]}', json: { a: [1] } },
    { name: 'an empty body', body: '', json: undefined },
    { name: 'HTML', body: '<!doctype html><h1>Bad gateway</h1>', json: undefined },
    { name: 'half of a JSON text', body: '{"a":', json: undefined },
  ])('reads $name', async ({ body, json }) => {
    const { send } = await setup((_request, response) => response.end(body))
    const response = await send()
    expect({ status: response.status, text: response.text, json: response.json() }).toEqual({
      status: 200,
      text: body,
      json,
    })
  })

  test.each([201, 204, 300, 304, 400, 401, 404, 409, 418, 429, 500, 501])(
    'resolves with status %i',
    async (status) => {
      const { send, requests } = await setup((_request, response) => response.writeHead(status).end())
      expect((await send({ repeatable: true })).status).toBe(status)
      expect(requests).toHaveLength(1)
    },
  )

  test.each([301, 302, 303, 307, 308])(
    'returns a redirect with status %i and follows nothing',
    async (status) => {
      const { send, requests } = await setup((_request, response) =>
        response.writeHead(status, { location: '/elsewhere' }).end('moved'),
      )
      const response = await send({ method: 'POST', json: {} })
      expect([response.status, response.headers['location'], response.text]).toEqual([
        status,
        '/elsewhere',
        'moved',
      ])
      expect(requests).toHaveLength(1)
    },
  )

  test('reads UTF-8 that is cut between chunks, compressed or not', async () => {
    const word = Buffer.from('€uro')
    const { server, send } = await setup((request, response) => {
      if (request.url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync(word))
      else response.write(word.subarray(0, 1), () => response.end(word.subarray(1)))
    })
    expect((await send()).text).toBe('€uro')
    expect((await send({ url: `${server.url}/gzip` })).text).toBe('€uro')
  })

  test('takes an answer of exactly the largest size', async () => {
    const { send } = await setup((_request, response) => response.end('x'.repeat(1000)), {
      maxResponseBytes: 1000,
    })
    expect((await send()).text).toHaveLength(1000)
  })
})

describe('limits', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const gzipHead = `${head}Content-Encoding: gzip\r\n`
  const bomb = gzipSync(Buffer.alloc(64 * mebibyte))

  test.each([
    {
      name: 'one byte too many',
      bytes: `${head}Content-Length: ${mebibyte + 1}\r\n\r\n${'x'.repeat(mebibyte + 1)}`,
    },
    { name: '5 GB that are only announced', bytes: `${head}Content-Length: 5368709120\r\n\r\nx` },
    { name: 'more than 1 MiB of unknown length', bytes: `${head}\r\n${'x'.repeat(2 * mebibyte)}` },
    { name: 'a gzip bomb', bytes: Buffer.concat([Buffer.from(`${gzipHead}\r\n`), bomb]) },
  ])('refuses $name, releases the socket and does not try again', async ({ bytes }) => {
    const { server, send } = await setupRaw((socket) => socket.write(bytes))
    const failure = await failureOf(send({ repeatable: true }))
    expect([failure.kind, codeOf(failure)]).toEqual(['unavailable', 'ERR_TOO_LARGE'])
    expect(failure.message).toContain('1048576 bytes')
    await server.released()
    expect(server.sockets).toHaveLength(1)
  })

  test('refuses a gzip bomb that has arrived whole', async () => {
    const { send } = await setup((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(bomb),
    )
    expect(codeOf(await failureOf(send()))).toBe('ERR_TOO_LARGE')
  })

  test.each([
    { name: 'a hang before the headers', talk: () => undefined },
    {
      name: 'a hang after the headers',
      talk: (socket: Socket) => socket.write(`${head}Content-Length: 9\r\n\r\nx`),
    },
    { name: 'headers that never end', talk: (socket: Socket) => drip(socket, `${head}X: `) },
    { name: 'a body that drips without end', talk: (socket: Socket) => drip(socket, `${head}\r\n`) },
  ])('ends $name at the deadline and releases the socket', async ({ talk }) => {
    const { server, send } = await setupRaw(talk, { deadlineSeconds: 1 })
    const failure = await failureOf(send({ repeatable: true }))
    expect([failure.kind, codeOf(failure)]).toEqual(['unavailable', 'ETIMEDOUT'])
    expect(failure.message).toContain('within 1 s')
    await server.released()
    expect(server.sockets).toHaveLength(1)
  })

  test('counts the waits between attempts into the deadline', async () => {
    const { send } = await setup((_request, response) => response.writeHead(503).end(), {
      deadlineSeconds: 0.1,
      wait: (_milliseconds, signal) => once(signal, 'abort').then(() => signal.throwIfAborted()),
    })
    expect(codeOf(await failureOf(send({ repeatable: true })))).toBe('ETIMEDOUT')
  })

  test("ends at the caller's signal with the caller's reason and releases the socket", async () => {
    const caller = new AbortController()
    const { server, send } = await setupRaw(() => caller.abort('stopping'))
    await expect(send({ signal: caller.signal, repeatable: true })).rejects.toBe('stopping')
    await server.released()
    expect(server.sockets).toHaveLength(1)
  })

  test('sends nothing when the signal has aborted already', async () => {
    const { send, requests } = await setup((_request, response) => response.end())
    await expect(send({ signal: AbortSignal.abort('stopped') })).rejects.toBe('stopped')
    expect(requests).toEqual([])
  })
})

const drip = (socket: Socket, start: string): void => {
  socket.write(start)
  const timer = setInterval(() => socket.write('x'), 5)
  socket.once('close', () => clearInterval(timer))
}
