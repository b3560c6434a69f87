import { addAbortListener } from 'node:events'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import got, { type Got, type OptionsInit, type Response } from 'got'
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts'
import { describeTarget, networkFailure, unavailable } from './network-failure.ts'
import { RepeatableFailure, sendRepeatedly } from './send-repeatedly.ts'

export interface HttpClientOptions {
  /** For the whole call: all attempts, the waits between them, and reading the answer. Default 30. */
  readonly deadlineSeconds?: number
  /** Counted after decompression. Default 1 MiB. */
  readonly maxResponseBytes?: number
  /** How often a repeatable request is sent at most; any other is sent once. Default 3. */
  readonly attempts?: number
  /** From 0 (inclusive) to 1 (exclusive); the jitter between attempts. */
  readonly random?: () => number
  /** Rejects when the signal aborts. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** Default `cohort-relay`. */
  readonly userAgent?: string
}

type Limits = Required<Omit<HttpClientOptions, 'userAgent'>>

const defaultLimits: Limits = {
  deadlineSeconds: 30,
  maxResponseBytes: 1024 * 1024,
  attempts: 3,
  random: Math.random,
  wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
}

const repeatableStatuses = new Set([502, 503, 504])

/** Keeps idle connections open for the next call; they do not keep the process alive. */
export const createHttpClient = (options: HttpClientOptions = {}): HttpClient => {
  const { userAgent = 'cohort-relay', ...given } = options
  const limits = { ...defaultLimits, ...given }
  const client = createGot(userAgent)
  return { request: (request) => send(client, request, limits) }
}

const createGot = (userAgent: string): Got =>
  got.extend({
    agent: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
    followRedirect: false,
    headers: { 'user-agent': userAgent },
    retry: { limit: 0 },
    throwHttpErrors: false,
  })

const send = async (client: Got, request: HttpRequest, limits: Limits): Promise<HttpResponse> => {
  const target = describeTarget(request)
  request.signal.throwIfAborted()
  // The reason that this aborts with is what the caller gets.
  const stop = new AbortController()
  const callerAborts = addAbortListener(request.signal, () => stop.abort(request.signal.reason))
  const deadline = setTimeout(
    () => stop.abort(unavailable(target, 'ETIMEDOUT', `no answer within ${limits.deadlineSeconds} s`)),
    limits.deadlineSeconds * 1000,
  )
  try {
    return await sendRepeatedly(() => sendOnce({ client, request, target, stop, limits }), {
      ...limits,
      attempts: request.repeatable ? limits.attempts : 1,
      signal: stop.signal,
    })
  } finally {
    clearTimeout(deadline)
    callerAborts[Symbol.dispose]()
  }
}

interface Attempt {
  readonly client: Got
  readonly request: HttpRequest
  readonly target: string
  readonly stop: AbortController
  readonly limits: Limits
}

const sendOnce = async (attempt: Attempt): Promise<HttpResponse> => {
  const response = readResponse(await exchange(attempt))
  // A destination that names a time to come back is not asked again sooner.
  const isRepeatable =
    repeatableStatuses.has(response.status) && response.headers['retry-after'] === undefined
  if (isRepeatable) throw new RepeatableFailure(response)
  return response
}

const exchange = async ({ client, request, target, stop, limits }: Attempt): Promise<Response<string>> => {
  const refuseLargeAnswer = (bytes: number): void => {
    if (bytes <= limits.maxResponseBytes) return
    stop.abort(unavailable(target, 'ERR_TOO_LARGE', `answer above ${limits.maxResponseBytes} bytes`))
  }
  try {
    const answer = client(request.url, gotOptions(request, stop.signal))
    void answer.on('downloadProgress', ({ transferred, total = 0 }) =>
      refuseLargeAnswer(Math.max(transferred, total)),
    )
    const response = await answer
    refuseLargeAnswer(response.rawBody.byteLength)
    stop.signal.throwIfAborted()
    return response
  } catch (error) {
    stop.signal.throwIfAborted()
    throw networkFailure(error, target)
  }
}

const gotOptions = (request: HttpRequest, signal: AbortSignal) =>
  ({
    method: request.method,
    signal,
    ...(request.headers && { headers: request.headers }),
    ...(request.json !== undefined && { json: request.json }),
    ...(request.body !== undefined && { body: request.body }),
  }) satisfies OptionsInit

const readResponse = ({ statusCode, headers, body }: Response<string>): HttpResponse => ({
  status: statusCode,
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  text: body,
  json: () => parseJson(body),
})

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
