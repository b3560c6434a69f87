import { randomUUID } from 'node:crypto'
import { DestinationError, type Destination } from '@cohort-relay/connector-kit'

export type Access =
  | { readonly kind: 'granted' }
  /** Only somebody who mends the credentials changes that. */
  | { readonly kind: 'refused' | 'unknown'; readonly reason: string }

export interface AccessLimits {
  readonly seconds: number
  readonly now: () => Date
}

/**
 * What the partner says of a destination's credentials; `unknown` when it does not say. Ends by the deadline, whether or
 * not the connector heeds it. Never rejects, and `reason` holds no text of the partner's or the connector's.
 */
export const checkAccess = async (
  destination: Pick<Destination, 'checkAccess'>,
  { seconds, now }: AccessLimits,
): Promise<Access> => {
  const ending = new AbortController()
  const { promise: tooLong, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const late = new DestinationError('unavailable', 'the check took too long')
    // Rejected before the connector hears of it, so that what it makes of the abort is not taken for its answer.
    reject(late)
    ending.abort(late)
  }, seconds * 1000)
  const call = { idempotencyKey: `check-${randomUUID()}`, occurredAt: now(), signal: ending.signal }
  try {
    await Promise.race([destination.checkAccess(call), tooLong])
    return { kind: 'granted' }
  } catch (error) {
    return accessAfter(error)
  } finally {
    clearTimeout(timer)
  }
}

const accessAfter = (error: unknown): Access => {
  if (!(error instanceof DestinationError))
    return { kind: 'unknown', reason: error instanceof Error ? error.name : typeof error }
  const isRefused = error.kind === 'unauthorized' || error.kind === 'misconfigured'
  const status = error.status === undefined ? '' : ` ${error.status}`
  return { kind: isRefused ? 'refused' : 'unknown', reason: `${error.kind}${status}` }
}
