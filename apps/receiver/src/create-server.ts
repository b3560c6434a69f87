import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { answer, answerHeaders, envelope } from './mixpanel-answer.ts'
import { replies, type Condition } from './replies.ts'

/** The last request of a connection. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Counted from 1 on its connection. */
  readonly number: number
}

// Load balancers keep idle connections for 60 seconds: the one who reuses a connection must close it first. The two
// timeouts are looked at once a second, so that headers are cut off within 6 seconds and bodies within 15.
const limits = {
  headersTimeout: 5000,
  requestTimeout: 14_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  /** Closes a connection on which nothing moves: that of a sender who does not read its answers, for one. */
  idleTimeout: 90_000,
}
// Requests that come in one go are worked on in one go, and nobody else is served meanwhile. Node's own limit answers
// what comes beyond with a 503 that has no body.
const maxRequestsPerConnection = 500
// Time for the sender to read an answer before the connection goes.
const lingerMilliseconds = 1000

/** A server that does not listen yet. What Node would answer by itself, with 408, 417, 431 or no body, is the envelope. */
export const createServer = (app: RequestListener, settings: Partial<typeof limits> = {}): Server => {
  const exchanges = new WeakMap<Duplex, Exchange>()
  const server = createHttpServer(
    { ...limits, ...settings, requireHostHeader: false },
    (request, response) => {
      const number = (exchanges.get(request.socket)?.number ?? 0) + 1
      // The answer before says that the connection closes: nobody waits for this one.
      if (number > maxRequestsPerConnection) return
      if (number === maxRequestsPerConnection) response.setHeader('connection', 'close')
      exchanges.set(request.socket, { request, response, number })
      if (hasPlainHeaders(request)) app(request, response)
      else refuse(response)
    },
  )
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response, number: 1 })
    refuse(response)
  })
  // Node looks at the first 2,000 headers alone unless told otherwise: a second Host could hide behind them.
  server.maxHeadersCount = 0
  server.timeout = settings.idleTimeout ?? limits.idleTimeout
  server.on('clientError', answerBrokenRequests(exchanges))
  return server
}

// Two of one of these make two parties read two different requests.
const singleHeaders = new Set(['host', 'authorization', 'x-api-key'])

const hasPlainHeaders = ({ rawHeaders, httpVersion }: IncomingMessage): boolean => {
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    if (!singleHeaders.has(name)) continue
    if (seen.has(name)) return false
    seen.add(name)
  }
  return seen.has('host') || httpVersion === '1.0'
}

const refuse = (response: ServerResponse): void =>
  answer(response.setHeader('connection', 'close'), 'malformed-request')

const answerBrokenRequests = (exchanges: WeakMap<Duplex, Exchange>) => {
  const answered = new WeakSet<Duplex>()
  return (error: Error, socket: Duplex): void => {
    if (answered.has(socket)) return
    if (!socket.writable || isCodeOf(error, 'ECONNRESET') || belongsToAnother(exchanges.get(socket))) {
      socket.destroy()
      return
    }
    answered.add(socket)
    // The fault may be the network's: Mixpanel is told to try again, not to pause.
    const isTimeout = isCodeOf(error, 'ERR_HTTP_REQUEST_TIMEOUT')
    socket.end(rawAnswer(isTimeout ? 'too-slow' : 'malformed-request'))
    setTimeout(() => socket.destroy(), lingerMilliseconds).unref()
  }
}

const isCodeOf = (error: Error, code: string): boolean => 'code' in error && error.code === code

/**
 * True when an answer written now would be taken for the answer to an earlier request: one that is whole and still
 * being worked on, or one that has its answer but is still being sent.
 */
const belongsToAnother = (exchange: Exchange | undefined): boolean => {
  if (exchange === undefined) return false
  return exchange.request.complete ? !exchange.response.writableFinished : exchange.response.headersSent
}

const rawAnswer = (condition: Condition): string => {
  const body = envelope(condition)
  const { status } = replies[condition]
  const headers = { ...answerHeaders(condition, body), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${status === 503 ? 'Service Unavailable' : 'Bad Request'}\r\n${lines.join('')}\r\n${body}`
}
