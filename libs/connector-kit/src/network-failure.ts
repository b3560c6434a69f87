import { DestinationError } from './destination-error.ts'
import type { HttpRequest } from './http-client.ts'
import { RepeatableFailure } from './send-repeatedly.ts'

/** Failures of the network itself; any other (a certificate, a broken encoding) would fail again at once. */
const repeatableCodes = new Set([
  'EADDRINUSE',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_HTTP_CONTENT_LENGTH_MISMATCH',
  'ETIMEDOUT',
])

/** Method and host, all that an error text says of a request: path, query and user name may hold secrets. */
export const describeTarget = ({ method, url }: HttpRequest): string => {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new DestinationError(
      'misconfigured',
      'The URL is not an http or https URL. Correct it in the settings.',
    )
  }
  return `${method} ${parsed.host}`
}

export const unavailable = (target: string, code: string, meaning: string): DestinationError =>
  new DestinationError('unavailable', `${target}: ${meaning} (${code})`, {
    cause: Object.assign(new Error(code), { code }),
  })

/** Takes nothing from the error but its code: got's errors carry the whole request, headers included. */
export const networkFailure = (error: unknown, target: string): Error => {
  const code = readCode(error)
  const failure = unavailable(target, code, 'no usable answer')
  return repeatableCodes.has(code) ? new RepeatableFailure(failure) : failure
}

const readCode = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : 'ERR_UNKNOWN'
}
