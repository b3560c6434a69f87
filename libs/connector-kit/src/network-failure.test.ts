import { createServer, type Socket } from 'node:net'
import { inspect } from 'node:util'
import got from 'got'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpClient } from './create-http-client.ts'
import type { HttpRequest } from './http-client.ts'
import { describeTarget } from './network-failure.ts'
import { listen } from './testing/listen.ts'

const scenarios: { name: string; talk: (socket: Socket) => unknown }[] = [
  { name: 'reset before the headers', talk: (socket) => socket.resetAndDestroy() },
  {
    name: 'cut in the body',
    talk: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-Key: canary\r\n\r\ncanary'),
  },
  {
    name: 'broken encoding',
    talk: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\ncanary'),
  },
  { name: 'no HTTP', talk: (socket) => socket.end('canary\r\ncanary\r\n\r\n') },
  { name: 'too large', talk: (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'canary'.repeat(400)}`) },
  { name: 'deadline', talk: () => undefined },
]

const setup = async (talk: (socket: Socket) => unknown) => {
  const server = await listen(createServer((socket) => socket.once('data', () => talk(socket))))
  onTestFinished(() => server.close())
  const request: HttpRequest = {
    method: 'POST',
    url: `${server.url.replace('//', '//canary:canary@')}/canary/list?token=canary`,
    headers: { authorization: 'Bearer canary', 'x-key': 'canary' },
    body: '{"email":"canary@example.com"}',
    signal: new AbortController().signal,
  }
  return { server, request }
}

/** Everything that a logger or a person could read off an error. */
const visible = (error: unknown): string => {
  const parts = error instanceof Error ? [error.message, error.stack, visible(error.cause)] : []
  return [...parts, inspect(error, { depth: 8, showHidden: true }), safeJson(error)].join('\n')
}

const safeJson = (value: unknown): string => {
  try {
    return JSON.stringify(value, value instanceof Error ? Object.getOwnPropertyNames(value) : undefined) ?? ''
  } catch {
    return ''
  }
}

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: unknown) => error,
  )

test.each(scenarios)('shows method, host and code of a failure, and no secret: $name', async ({ talk }) => {
  const { request } = await setup(talk)
  const client = createHttpClient({ deadlineSeconds: 0.2, maxResponseBytes: 1000 })
  const error = await thrownBy(client.request(request))
  expect(visible(error)).not.toMatch(/canary/i)
  expect(String(error)).toMatch(/POST 127\.0\.0\.1:\d+: .+ \([A-Z_]+\)$/)
})

test('names ECONNREFUSED when nobody listens', async () => {
  const { server, request } = await setup(() => undefined)
  await server.close()
  const error = await thrownBy(createHttpClient().request(request))
  expect(String(error)).toMatch(
    /^DestinationError: POST 127\.0\.0\.1:\d+: no usable answer \(ECONNREFUSED\)$/,
  )
  expect(visible(error)).not.toMatch(/canary/i)
})

test('the same check catches an error that keeps what got threw', async () => {
  const { request } = await setup((socket) => socket.resetAndDestroy())
  const { url, headers = {}, body = '' } = request
  const error = await thrownBy(got.post(url, { headers, body, retry: { limit: 0 } }))
  expect(visible(error)).toMatch(/canary/i)
  expect(visible(new Error('no usable answer', { cause: error }))).toMatch(/canary/i)
})

test.each([
  { url: 'https://key:pass@api.example.com/v1/secret?token=t#f', target: 'GET api.example.com' },
  { url: 'http://[::1]:8080/', target: 'GET [::1]:8080' },
])('names $target and nothing else of the URL', ({ url, target }) => {
  expect(describeTarget({ method: 'GET', url, signal: AbortSignal.abort() })).toBe(target)
})
