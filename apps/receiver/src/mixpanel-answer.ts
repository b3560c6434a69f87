import type { ServerResponse } from 'node:http'
import { replies, type Condition, type Reply } from './replies.ts'

/** What goes into an answer beside its condition. */
export interface AnswerDetails {
  /** Echoed when it is a text of at most 64 characters. */
  readonly action?: unknown
  /** The product that a text is about. */
  readonly partner?: string
  /** 0 up to 1. Spreads the retries of many senders; without it they come as early as they may. */
  readonly random?: () => number
}

const maxEchoedAction = 64
const maxPartnerName = 40

/** The row, whatever its columns hold. */
const replyTo = (condition: Condition): Reply => replies[condition]

/** The text for the marketer. A partner's name is cut so that the text stays within its limit. */
export const textOf = ({ text }: Reply, partner = 'The destination'): string =>
  typeof text === 'string' ? text : text(partner.slice(0, maxPartnerName).toWellFormed())

/** The body of an answer. */
export const envelope = (condition: Condition, { action, partner }: AnswerDetails = {}): string => {
  const reply = replyTo(condition)
  const echo = typeof action === 'string' && action.length <= maxEchoedAction ? action : null
  if (reply.status === 200) return JSON.stringify({ action: echo, status: 'success' })
  const error = { message: textOf(reply, partner), code: reply.status }
  return JSON.stringify({ action: echo, status: 'failure', error })
}

/** The headers that go with the body of {@link envelope}. */
export const answerHeaders = (
  condition: Condition,
  body: string,
  random: () => number = () => 0,
): Record<string, string> => {
  const { retryAfterSeconds } = replyTo(condition)
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  if (retryAfterSeconds === undefined) return headers
  const [least, most] = retryAfterSeconds
  return { ...headers, 'retry-after': String(least + Math.floor(random() * (most - least + 1))) }
}

/** Sends the answer for a condition. Does nothing when an answer has begun already. */
export const answer = (res: ServerResponse, condition: Condition, details: AnswerDetails = {}): void => {
  if (res.headersSent) return
  const body = envelope(condition, details)
  res.writeHead(replies[condition].status, answerHeaders(condition, body, details.random)).end(body)
}
