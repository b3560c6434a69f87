import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readBody, type BodyReading } from './read-body.ts'
import { exchange, serve } from './testing/serve.ts'

const maxBytes = 1000

const setup = async () => {
  const readings: BodyReading[] = []
  const server = createServer((request, response) => {
    void readBody(request, { maxBytes }).then((reading) => {
      readings.push(reading)
      return response.setHeader('connection', 'close').end()
    })
  })
  return { ...(await serve(server)), readings }
}

/** `headers` follow the request line; the body is sent with its length unless the headers say otherwise. */
const readingOf = async (headers: string[], body: string | Buffer): Promise<BodyReading | undefined> => {
  const { port, readings } = await setup()
  const isFramed = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  const framing = isFramed ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  await exchange(port, ['POST / HTTP/1.1', 'Host: test', ...headers, ...framing, '', ''].join('\r\n'), body)
  return readings[0]
}

const ok = (text: string): BodyReading => ({ ok: true, body: Buffer.from(text) })
const full = 'x'.repeat(maxBytes)
const over = 'x'.repeat(maxBytes + 1)
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`

describe('reading a body', () => {
  it.each<[string, string[], string | Buffer, BodyReading]>([
    ['plain', [], '{}', ok('{}')],
    ['empty', [], '', ok('')],
    ['identity', ['Content-Encoding: identity'], '{}', ok('{}')],
    ['chunked', ['Transfer-Encoding: chunked'], chunked('{}'), ok('{}')],
    ['exactly full', [], full, ok(full)],
    ['gzip', ['Content-Encoding: gzip'], gzipSync('{}'), ok('{}')],
    ['x-gzip in capitals', ['Content-Encoding: X-GZIP'], gzipSync('{}'), ok('{}')],
    ['deflate', ['Content-Encoding: deflate'], deflateSync('{}'), ok('{}')],
    ['br', ['Content-Encoding: br'], brotliCompressSync('{}'), ok('{}')],
    ['gzip that is exactly full', ['Content-Encoding: gzip'], gzipSync(full), ok(full)],
    ['JSON', ['Content-Type: application/json'], '{}', ok('{}')],
    ['JSON in UTF-8', ['Content-Type: application/json; charset=UTF-8'], '{}', ok('{}')],
    ['JSON in quoted utf8', ['Content-Type: APPLICATION/JSON;charset="utf-8"'], '{}', ok('{}')],
    ['a JSON dialect', ['Content-Type: application/vnd.api+json'], '{}', ok('{}')],
    ['an empty content type', ['Content-Type: '], '{}', ok('{}')],
  ])('%s', async (_name, headers, body, expected) => {
    expect(await readingOf(headers, body)).toEqual(expected)
  })

  it.each<[string, string[], string | Buffer, string]>([
    ['a length over the cap', ['Content-Length: 1001'], '', 'too-large'],
    ['chunks over the cap', ['Transfer-Encoding: chunked'], chunked(over), 'too-large'],
    ['gzip that unpacks to more', ['Content-Encoding: gzip'], gzipSync('x'.repeat(500_000)), 'too-large'],
    [
      'br that unpacks to more',
      ['Content-Encoding: br'],
      brotliCompressSync('x'.repeat(5_000_000)),
      'too-large',
    ],
    ['deflate that unpacks to one byte more', ['Content-Encoding: deflate'], deflateSync(over), 'too-large'],
    ['text', ['Content-Type: text/plain'], '{}', 'wrong-content-type'],
    ['another charset', ['Content-Type: application/json; charset=utf-16'], '{}', 'wrong-content-type'],
    ['an unknown encoding', ['Content-Encoding: zstd'], '{}', 'unknown-encoding'],
    ['two encodings', ['Content-Encoding: gzip, br'], '{}', 'unknown-encoding'],
    ['an encoding named like a method', ['Content-Encoding: constructor'], '{}', 'unknown-encoding'],
    ['plain text said to be gzip', ['Content-Encoding: gzip'], '{}', 'unreadable'],
    ['gzip cut short', ['Content-Encoding: gzip'], gzipSync('{"a":1}').subarray(0, -9), 'unreadable'],
  ])('refuses %s', async (_name, headers, body, refusal) => {
    expect(await readingOf(headers, body)).toEqual({ ok: false, refusal })
  })

  it('refuses a form and hands over what it held', async () => {
    const reading = await readingOf(['Content-Type: application/x-www-form-urlencoded'], 'a=b')
    expect(reading).toEqual({ ok: false, refusal: 'wrong-content-type', body: Buffer.from('a=b') })
  })

  it.each([
    ['a large body', 'x'.repeat(3_000_000), {}],
    ['a body that unpacks to a large one', gzipSync('x'.repeat(3_000_000)), { 'content-encoding': 'gzip' }],
  ])('waits for its turn with %s', async (_name, body, headers) => {
    const turn = Promise.withResolvers<void>()
    const claimed = Promise.withResolvers<void>()
    const sizes: number[] = []
    const claim = () => {
      claimed.resolve()
      return turn.promise
    }
    const server = createServer((request, response) => {
      void readBody(request, { maxBytes: 4_000_000, claim }).then((reading) => {
        sizes.push(reading.ok ? reading.body.length : -1)
        return response.end()
      })
    })
    const { url } = await serve(server)
    const answered = fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    await claimed.promise
    expect(sizes).toEqual([])
    turn.resolve()
    await answered
    expect(sizes).toEqual([3_000_000])
  })

  it('notices a sender that goes away', async () => {
    const arrived = Promise.withResolvers<BodyReading>()
    const server = createServer((request) => arrived.resolve(readBody(request, { maxBytes })))
    const { port } = await serve(server)
    const socket = connect(port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n{')
    await once(server, 'request')
    socket.destroy()
    expect(await arrived.promise).toEqual({ ok: false, refusal: 'unreadable' })
  })
})
