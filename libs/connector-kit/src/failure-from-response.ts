import { DestinationError, type FailureKind } from './destination-error.ts'
import type { HttpResponse } from './http-client.ts'
import { readRetryAfter } from './retry-after.ts'

const unauthorized = [
  'unauthorized',
  'it does not accept the credentials. Renew them in the settings.',
] as const
const notFound = ['misconfigured', 'there is nothing at this URL. Correct it in the settings.'] as const
const redirected = ['misconfigured', 'the URL redirects. Give the final URL in the settings.'] as const
const throttled = ['throttled', 'it asks for fewer requests.'] as const
const unavailable = ['unavailable', 'it cannot take requests now.'] as const
const rejected = ['rejected', 'it does not accept this request.'] as const

/**
 * The failure that a status stands for, undefined for 2xx. The status stays on the error, so that a connector can
 * give a status another meaning where its vendor does.
 */
export const failureFromResponse = (
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  { now }: { readonly now: () => Date },
): DestinationError | undefined => {
  if (status >= 200 && status < 300) return undefined
  const retryAfterSeconds = readRetryAfter(headers['retry-after'], now())
  const [kind, meaning] = classify(status, retryAfterSeconds)
  return new DestinationError(kind, `The destination answered ${status}: ${meaning}`, {
    status,
    ...(kind === 'throttled' && retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

const classify = (status: number, retryAfterSeconds: number | undefined): readonly [FailureKind, string] => {
  if (status === 401 || status === 403) return unauthorized
  if (status === 404 || status === 410) return notFound
  if (status === 429) return throttled
  if (status === 503 && retryAfterSeconds !== undefined) return throttled
  if (status === 408 || status === 425 || status >= 500) return unavailable
  return status < 400 ? redirected : rejected
}
