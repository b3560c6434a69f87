import type { Destination } from '@cohort-relay/connector-kit'
import { callWithin } from '@cohort-relay/core'

export interface AccessQuestion {
  /** The same when the same check is repeated; at most 58 characters. */
  readonly checkId: string
  readonly now: Date
  readonly seconds: number
}

/**
 * Asks a partner whether it accepts a destination's settings; rejects with why it does not, or could not be asked. Ends by
 * the deadline, whether or not the connector heeds it.
 */
export const askAccess = (
  destination: Pick<Destination, 'checkAccess'>,
  { checkId, now, seconds }: AccessQuestion,
): Promise<void> => {
  const call = { idempotencyKey: `check_${checkId}`, occurredAt: now }
  const stopped = new AbortController().signal
  return callWithin((signal) => destination.checkAccess({ ...call, signal }), { seconds, stopped })
}
