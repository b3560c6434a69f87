import { talk } from './talk.ts'
import { head, pageAround, raw, webhook, type Vector } from './vector.ts'

const host = ['Host: test', 'Connection: close'] as const
const request = (line: string, ...headers: readonly string[]): string => head(line, ...host, ...headers)
const line = `POST ${webhook} HTTP/1.1`
const empty = 'Content-Length: 0'
const many = (count: number, header: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => header(index))

type Row = readonly [name: string, bytes: string, ...expected: number[]]

const rows: readonly Row[] = [
  ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method): Row => [
    method,
    request(`${method} ${webhook} HTTP/1.1`),
    404,
  ]),
  ['an unknown method', request(`HOSTILE ${webhook} HTTP/1.1`), 400],
  ['a method in small letters', request(`post ${webhook} HTTP/1.1`), 400],
  ['an address of 100 kB', request(`POST ${webhook}?${'a'.repeat(100_000)} HTTP/1.1`), 400],
  ['an address of 10 kB', request(`POST ${webhook}?${'a=b&'.repeat(2500)} HTTP/1.1`, empty), 401],
  ['a broken escape in the path', request('POST /webhooks/%ff%zz HTTP/1.1', empty), 404],
  ['a broken escape in the query', request(`POST ${webhook}?%zz&__proto__[a]=1 HTTP/1.1`, empty), 401],
  ['dots in the path', request('POST /webhooks/../../mixpanel HTTP/1.1', empty), 404],
  ['NUL in the path', request('POST /webhooks/\0 HTTP/1.1', empty), 400],
  ['an absolute address', request(`POST http://test${webhook} HTTP/1.1`, empty), 401],
  ['HTTP/1.0', head(`POST ${webhook} HTTP/1.0`, empty), 401],
  ['HTTP/0.9', `GET ${webhook}\r\n\r\n`, 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['Expect: 100-continue', request(line, 'Expect: 100-continue', empty), 401],
  ['Expect: a-miracle', request(line, 'Expect: a-miracle', empty), 400],
  ['an upgrade to websocket', request(line, 'Upgrade: websocket', 'Connection: upgrade', empty), 401],
  ['an upgrade to h2c', request(line, 'Upgrade: h2c', 'HTTP2-Settings: AA', empty), 401],
  ['no Host', head(line, empty), 400],
  ['two Hosts', request(line, 'Host: other', empty), 400],
  ['two Authorizations', request(line, 'Authorization: Basic YTpi', 'Authorization: Basic YTpj', empty), 400],
  ['two keys', request(line, 'x-api-key: a', 'X-API-KEY: b', empty), 400],
  ['3,000 headers', request(line, ...many(3000, (index) => `x-${index}: 1`), empty), 400],
  ['3,000 short headers, then a Host', request(line, ...many(3000, () => 'a:'), 'Host: other', empty), 400],
  ['a header of 20 kB', request(line, `x-a: ${'a'.repeat(20_000)}`, empty), 400],
  ['a key of 15 kB', request(line, `x-api-key: ${'a'.repeat(15_000)}`, empty), 401],
  ['a broken Basic', request(line, 'Authorization: Basic %%%', empty), 401],
  ['NUL in a header', request(line, 'x-a: a\0b', empty), 400],
  ['a header without a name', request(line, ': a', empty), 400],
  ['a header with bytes over 127', request(line, 'x-api-key: \xff\xfe', empty), 401],
  ['no HTTP at all', 'hello\r\n\r\n', 400],
]

const pipelined = 10_000
// What a connection takes before it is closed.
const answered = 500

/** Requests that are hostile before their body. */
export const requestVectors: readonly Vector[] = [
  ...rows.map(([name, bytes, ...expected]): Vector => ({ name, expected, attack: raw(bytes) })),
  {
    name: 'HEAD',
    expected: [404],
    isHead: true,
    attack: raw(request(`HEAD ${webhook} HTTP/1.1`)),
  },
  { name: 'CONNECT', expected: [400], maySayNothing: true, attack: raw(request('CONNECT test:80 HTTP/1.1')) },
  {
    name: `${pipelined} requests in one go`,
    expected: [401],
    answers: answered,
    within: 20_000,
    attack: async ({ port }) => {
      const one = head(line, 'Host: test', empty)
      const last = request(line, empty)
      return [await talk(port, [one.repeat(pipelined - 1), last], { milliseconds: 20_000 })]
    },
  },
  {
    name: '300 connections that are reset',
    expected: [200],
    maySayNothing: true,
    attack: ({ port, key }) => {
      const body = pageAround('[]')
      const bytes = request(line, `x-api-key: ${key}`, `Content-Length: ${body.length}`) + body
      return Promise.all(
        many(300, (index) => bytes.slice(0, index * 2)).map(async (part) => ({
          ...(await talk(port, [part], { milliseconds: 20 })),
          closed: true,
        })),
      )
    },
  },
]
