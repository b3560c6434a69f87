import { realClock, type Clock } from './clock.ts'
import type { Line, Reply } from './line.ts'

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
export interface Network extends Clock {
  readonly fetch: typeof fetch
}

export const realNetwork: Network = { fetch, ...realClock }

const answerTimeout = 30_000

const authorization = ({ key, scheme }: Credentials): Record<string, string> =>
  scheme === 'basic'
    ? { authorization: `Basic ${Buffer.from(`mixpanel:${key}`).toString('base64')}` }
    : { 'x-api-key': key }

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}

/** Posts one JSON text as Mixpanel does. Never throws. */
export const post = async (
  body: string,
  receiver: Receiver,
  network: Pick<Network, 'fetch'>,
): Promise<Reply> => {
  try {
    const response = await network.fetch(receiver.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(receiver.credentials) },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeout),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { noAnswer: causeOf(error) }
  }
}

/** A webhook over HTTP. */
export const httpLine = (receiver: Receiver, network: Pick<Network, 'fetch'> = realNetwork): Line => ({
  open: (page) => {
    const body = JSON.stringify(page)
    return () => post(body, receiver, network)
  },
})
