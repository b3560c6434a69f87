import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { codeOf, failureOf, setup, setupRaw } from './testing/set-up-client.ts'

const failing = (failures: number, status: number, headers = {}): RequestListener => {
  let served = 0
  return (_request, response) => response.writeHead(served++ < failures ? status : 200, headers).end()
}

test.each([502, 503, 504])('sends a repeatable request again after %i', async (status) => {
  const { send, requests } = await setup(failing(2, status))
  expect((await send({ method: 'POST', json: { a: 1 }, repeatable: true })).status).toBe(200)
  expect(requests.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}'])
})

test('returns the last answer when every attempt fails, after waits with full jitter', async () => {
  const { send, requests, waits } = await setup(failing(9, 503), { attempts: 4 })
  expect((await send({ repeatable: true })).status).toBe(503)
  expect(requests).toHaveLength(4)
  expect(waits).toEqual([125, 250, 500])
})

test('sends once when the request is not repeatable', async () => {
  const { send, requests, waits } = await setup(failing(9, 503))
  expect((await send()).status).toBe(503)
  expect([requests.length, waits]).toEqual([1, []])
})

test('leaves a 503 with Retry-After to the caller', async () => {
  const { send, requests } = await setup(failing(9, 503, { 'retry-after': '7' }))
  expect((await send({ repeatable: true })).headers['retry-after']).toBe('7')
  expect(requests).toHaveLength(1)
})

test.each([
  {
    name: 'a reset before the headers',
    code: 'ECONNRESET',
    talk: (socket: Socket) => void socket.resetAndDestroy(),
  },
  { name: 'an end before the headers', code: 'ECONNRESET', talk: (socket: Socket) => void socket.end() },
  {
    name: 'an end in the middle of the body',
    code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
    talk: (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a"'),
  },
  {
    name: 'a reset in the middle of the body',
    code: expect.stringMatching(/^(ECONNRESET|ERR_HTTP_CONTENT_LENGTH_MISMATCH)$/) as string,
    talk: (socket: Socket) =>
      void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a"', () => socket.resetAndDestroy()),
  },
])('sends a repeatable request again after $name, any other once', async ({ code, talk }) => {
  const { server, send, waits } = await setupRaw(talk)
  const failure = await failureOf(send({ repeatable: true }))
  expect([failure.kind, codeOf(failure), server.sockets.length]).toEqual(['unavailable', code, 3])
  expect(waits).toEqual([125, 250])
  await failureOf(send({ method: 'POST', json: {} }))
  expect(server.sockets).toHaveLength(4)
})

test.each([
  { name: 'no HTTP', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' },
  {
    name: 'a broken gzip body',
    bytes: 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 15\r\n\r\nnot gzip at all',
  },
])('sends once when the answer is $name', async ({ bytes }) => {
  const { server, send } = await setupRaw((socket) => socket.write(bytes))
  expect((await failureOf(send({ repeatable: true }))).kind).toBe('unavailable')
  expect(server.sockets).toHaveLength(1)
})
