import { talk, type TalkLimits, type Transcript } from './talk.ts'
import { head, pageAround, pageHead, raw, webhook, type Vector } from './vector.ts'

const post = (headers: string, body = ''): string =>
  `POST ${webhook} HTTP/1.1\r\nHost: test\r\n${headers}\r\n\r\n${body}`
const lastChunk = '0\r\n\r\n'
const hidden = `GET ${webhook} HTTP/1.1\r\nHost: test\r\n\r\n`
const chunked = 'Transfer-Encoding: chunked'

const smuggling: readonly (readonly [name: string, bytes: string])[] = [
  ['Content-Length and Transfer-Encoding', post(`Content-Length: 4\r\n${chunked}`, lastChunk + hidden)],
  ['two Content-Lengths', post('Content-Length: 4\r\nContent-Length: 8', `abcd${hidden}`)],
  ['Content-Length: 4, 8', post('Content-Length: 4, 8', `abcd${hidden}`)],
  ['Content-Length: +4', post('Content-Length: +4', 'abcd')],
  ['Content-Length: -1', post('Content-Length: -1', 'abcd')],
  ['Content-Length: 0x4', post('Content-Length: 0x4', 'abcd')],
  ['Content-Length of 30 digits', post(`Content-Length: ${'9'.repeat(30)}`, 'abcd')],
  ['Transfer-Encoding: xchunked', post('Transfer-Encoding: xchunked', lastChunk)],
  ['Transfer-Encoding: chunked, identity', post('Transfer-Encoding: chunked, identity', lastChunk)],
  ['two Transfer-Encodings', post(`${chunked}\r\nTransfer-Encoding: x`, lastChunk + hidden)],
  ['a space before the colon', post('Transfer-Encoding : chunked', lastChunk)],
  ['bare LF', `POST ${webhook} HTTP/1.1\nHost: test\nContent-Length: 0\n\n`],
  ['bare CR in a header', post('x-a: b\rTransfer-Encoding: chunked')],
  ['a folded Transfer-Encoding', post('Transfer-Encoding:\r\n chunked', lastChunk)],
  ['20 kB of chunk extensions', post(chunked, `1;${'a'.repeat(20_000)}\r\nx\r\n${lastChunk}`)],
  ['a chunk of 2^68 bytes', post(chunked, `FFFFFFFFFFFFFFFFF\r\nx\r\n${lastChunk}`)],
  ['a chunk of -1 bytes', post(chunked, `-1\r\nx\r\n${lastChunk}`)],
  ['a chunk that is longer than it says', post(chunked, `1\r\nxyz\r\n${lastChunk}`)],
  ['20 kB of trailers', post(chunked, `0\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`)],
]

const inTime = { milliseconds: 20_000 } satisfies TalkLimits

const endless = async function* (start: string, piece: string): AsyncGenerator<string> {
  yield start
  for (let sent = 0; sent < 2e9; sent += piece.length) yield piece
}

const endlessChunks = (port: number, start: string): Promise<Transcript> =>
  talk(port, endless(start, `10000\r\n${' '.repeat(0x10000)}\r\n`), inTime)

/** Requests that lie about where they end. */
export const framingVectors: readonly Vector[] = [
  ...smuggling.map(([name, bytes]): Vector => ({
    name,
    // The sender of a body that breaks off is answered for its missing key, if that was known first.
    expected: [400, 401],
    attack: raw(bytes, { milliseconds: 4000 }),
  })),
  // Who never stops sending may lose the answer to the end of the connection.
  {
    name: 'endless chunks',
    expected: [400],
    maySayNothing: true,
    attack: async ({ port, key }) => [await endlessChunks(port, pageHead(key, chunked))],
  },
  {
    name: 'endless chunks without a key',
    expected: [401],
    maySayNothing: true,
    attack: async ({ port }) => [await endlessChunks(port, pageHead('none', chunked))],
  },
  {
    name: 'a body of 900 MB, announced',
    expected: [400],
    maySayNothing: true,
    attack: async ({ port, key }) => [
      await talk(port, endless(pageHead(key, 'Content-Length: 900000000'), ' '.repeat(65_536)), inTime),
    ],
  },
  {
    // What follows is no HTTP, and its answer could be taken for the answer to the page.
    name: 'a Content-Length that is too short',
    expected: [200, 400],
    maySayNothing: true,
    answers: 2,
    attack: async ({ port, key }) => {
      const start = pageHead(key, 'Content-Length: 10').replace('close', 'keep-alive')
      return [await talk(port, [start, pageAround('[]')], inTime)]
    },
  },
  {
    name: 'a body that breaks off',
    expected: [400],
    maySayNothing: true,
    attack: async ({ port, key }) => [
      await talk(port, [pageHead(key, 'Content-Length: 1000'), '{'], { ...inTime, halfClose: true }),
    ],
  },
  {
    name: 'a chunk that breaks off',
    expected: [400],
    maySayNothing: true,
    attack: async ({ port, key }) => [
      await talk(port, [pageHead(key, chunked), '64\r\n{'], { ...inTime, halfClose: true }),
    ],
  },
  {
    name: 'a head that breaks off',
    expected: [400],
    maySayNothing: true,
    attack: raw(head(`POST ${webhook} HTTP/1.1`, 'Host: te').slice(0, -4), { halfClose: true }),
  },
]
