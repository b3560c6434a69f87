import type { DestinationError } from '@cohort-relay/connector-kit'
import { storableText } from '../storable-text.ts'
import { backoffSeconds, later } from './backoff.ts'
import type { Postponement } from './feed-store.ts'

/** Nothing changes until somebody mends the settings: asked again now and then, so that mending is enough. */
const mendedSeconds = 300

const longestRetryAfterSeconds = 3600

export interface FailureAction {
  readonly postponement: Postponement
  /** True: the audience is prepared anew and its membership restored. */
  readonly forgetsAudience: boolean
  /** True: it concerns every feed of the destination, not one cohort alone. */
  readonly pausesDestination: boolean
}

/** What each kind of failed call means for its feed. A connector cannot choose. */
export const afterFailure = (
  error: DestinationError,
  attempts: number,
  { now, random }: { now: Date; random: () => number },
): FailureAction => {
  const { kind } = error
  const backoff = backoffSeconds(attempts + 1, random)
  const needsMending = kind === 'unauthorized' || kind === 'misconfigured' || kind === 'rejected'
  const asked = kind === 'throttled' ? askedSeconds(error) : undefined
  return {
    postponement: {
      dueAt: later(now, asked ?? (needsMending ? mendedSeconds + backoff : backoff)),
      // Being asked to wait is no failure: it costs no attempt.
      attempts: kind === 'throttled' ? attempts : attempts + 1,
      reason: storableText(`${kind}: ${error.message}`.slice(0, 500)),
    },
    forgetsAudience: kind === 'audience-gone',
    pausesDestination: kind === 'throttled' || kind === 'unauthorized' || kind === 'misconfigured',
  }
}

/** Undefined for no number of seconds, or for one that would mean no wait at all. */
const askedSeconds = ({ retryAfterSeconds = 0 }: DestinationError): number | undefined =>
  retryAfterSeconds > 0 ? Math.min(retryAfterSeconds, longestRetryAfterSeconds) : undefined
