import type { Target } from './start-target.ts'
import { talk, type Bytes, type TalkLimits, type Transcript } from './talk.ts'

/** One way to harm the receiver. */
export interface Vector {
  readonly name: string
  /** Statuses that are right. */
  readonly expected: readonly number[]
  /** True when a connection closed without an answer is right too. Default false. */
  readonly maySayNothing?: boolean
  /** True when the answer has no body. Default false. */
  readonly isHead?: boolean
  /** The most final answers on a connection. Default 1: a second one answers a request that was smuggled in. */
  readonly answers?: number
  /** When every connection has to be closed, in milliseconds. Default 5,000. */
  readonly within?: number
  /** The connections that were made. */
  readonly attack: (target: Target) => Promise<readonly Transcript[]>
}

export const webhook = '/webhooks/mixpanel'

/** The head of a request, with an empty line at its end. */
export const head = (first: string, ...headers: readonly string[]): string =>
  [first, ...headers, '', ''].join('\r\n')

/** The head of a page with the right key; the connection ends with its answer. */
export const pageHead = (key: string, ...headers: readonly string[]): string =>
  head(
    `POST ${webhook} HTTP/1.1`,
    'Host: test',
    'Connection: close',
    'Content-Type: application/json',
    `x-api-key: ${key}`,
    ...headers,
  )

/** A page with its right length. */
export const send = (target: Target, body: Bytes, ...headers: readonly string[]): Promise<Transcript> => {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  return talk(target.port, [pageHead(target.key, ...headers, length), body], { milliseconds: 20_000 })
}

/** The same bytes for every target. */
export const raw =
  (bytes: Bytes, limits?: TalkLimits) =>
  async ({ port }: Target): Promise<readonly Transcript[]> => [await talk(port, [bytes], limits)]

/** A page around the text of a member list. */
export const pageAround = (members: string): string =>
  `{"action":"members","parameters":{"mixpanel_project_id":"1","mixpanel_cohort_id":"hostile","members":${members}}}`
