import { randomUUID } from 'node:crypto'
import { DestinationError, type Destination } from '@cohort-relay/connector-kit'
import { askAccess } from '../ask-access.ts'

export type Access =
  | { readonly kind: 'granted' }
  /** Only somebody who mends the credentials changes that. */
  | { readonly kind: 'refused' | 'unknown'; readonly reason: string }

export interface AccessLimits {
  readonly seconds: number
  readonly now: () => Date
}

/**
 * What the partner says of a destination's credentials; `unknown` when it does not say by the deadline. Never rejects, and
 * `reason` holds no text of the partner's or the connector's.
 */
export const checkAccess = async (
  destination: Pick<Destination, 'checkAccess'>,
  { seconds, now }: AccessLimits,
): Promise<Access> => {
  try {
    await askAccess(destination, { checkId: randomUUID(), now: now(), seconds })
    return { kind: 'granted' }
  } catch (error) {
    return accessAfter(error)
  }
}

const accessAfter = (error: unknown): Access => {
  if (!(error instanceof DestinationError))
    return { kind: 'unknown', reason: error instanceof Error ? error.name : typeof error }
  const isRefused = error.kind === 'unauthorized' || error.kind === 'misconfigured'
  const status = error.status === undefined ? '' : ` ${error.status}`
  return { kind: isRefused ? 'refused' : 'unknown', reason: `${error.kind}${status}` }
}
