import { setTimeout } from 'node:timers/promises'

/** `x-api-key` is the partner form's key; `basic` is the webhook form, with the key as its password. */
export interface Credentials {
  readonly key: string
  readonly scheme: 'x-api-key' | 'basic'
}

export interface Receiver {
  readonly url: string
  readonly credentials: Credentials
}

/** What a page needs from outside. Tests pass a `wait` that does not wait. */
export interface Network {
  readonly fetch: typeof fetch
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** Milliseconds that never go back. */
  readonly now: () => number
}

export const realNetwork: Network = { fetch, wait: setTimeout, now: () => performance.now() }

/** `message` is what Mixpanel shows to its user. `paused` ends every further sync until a person resumes it. */
export type PageResult =
  | { readonly outcome: 'accepted'; readonly calls: number }
  | { readonly outcome: 'paused' | 'failed'; readonly calls: number; readonly message: string }

type Answer =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'paused' | 'failed' | 'again'; readonly message: string }

/** Mixpanel retries 5 times within 60 seconds, with exponential backoff; the delays themselves are not published. */
const retryDelays: readonly number[] = [1000, 2000, 4000, 8000, 16_000]
const retryWindow = 60_000
const answerTimeout = 30_000
const pausing = new Set([400, 401, 403, 404])

const authorization = ({ key, scheme }: Credentials): Record<string, string> =>
  scheme === 'basic'
    ? { authorization: `Basic ${Buffer.from(`mixpanel:${key}`).toString('base64')}` }
    : { 'x-api-key': key }

interface Envelope {
  readonly status?: unknown
  readonly error?: { readonly message?: unknown } | null
}

const envelopeOf = (text: string): Envelope => {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    // Not JSON is an answer without status, which is judged as such.
    return {}
  }
}

const messageOf = (status: number, { error }: Envelope): string => {
  const message = typeof error?.message === 'string' ? error.message : 'no error.message in the answer'
  return `${status}: ${message}`
}

const judge = (status: number, text: string): Answer => {
  const envelope = envelopeOf(text)
  if (status === 429 || status >= 500) return { verdict: 'again', message: messageOf(status, envelope) }
  if (pausing.has(status)) return { verdict: 'paused', message: messageOf(status, envelope) }
  if (status < 200 || status > 299) return { verdict: 'failed', message: messageOf(status, envelope) }
  if (envelope.status === 'success') return { verdict: 'accepted' }
  return { verdict: 'failed', message: `${status} without "status": "success" in the body` }
}

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}

const post = async (body: string, receiver: Receiver, network: Network): Promise<Answer> => {
  try {
    const response = await network.fetch(receiver.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(receiver.credentials) },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeout),
    })
    return judge(response.status, await response.text())
  } catch (error) {
    return { verdict: 'again', message: `no answer: ${causeOf(error)}` }
  }
}

/**
 * Sends one page as Mixpanel documents it: 429, 5xx and a missing answer are retried 5 times within 60 seconds;
 * 400, 401, 403 and 404 pause; 2xx with `status: success` is accepted; all else fails the sync at once, since what
 * Mixpanel does there is not documented. Never throws.
 */
export const sendPage = async (
  page: unknown,
  receiver: Receiver,
  network: Network = realNetwork,
): Promise<PageResult> => {
  const body = JSON.stringify(page)
  const start = network.now()
  for (let calls = 1; ; calls += 1) {
    const answer = await post(body, receiver, network)
    if (answer.verdict === 'accepted') return { outcome: 'accepted', calls }
    const delay = retryDelays[calls - 1]
    const isOver = delay === undefined || network.now() - start + delay > retryWindow
    if (answer.verdict === 'paused') return { outcome: 'paused', calls, message: answer.message }
    if (answer.verdict === 'failed' || isOver) return { outcome: 'failed', calls, message: answer.message }
    await network.wait(delay)
  }
}
