import type { DestinationError } from '@cohort-relay/connector-kit'
import { backoffSeconds, later } from './backoff.ts'
import type { Postponement } from './feed-store.ts'

/** Nothing changes until somebody mends the settings: asked again now and then, so that mending is enough. */
const mendedSeconds = 300

const longestRetryAfterSeconds = 3600

export interface FailureAction {
  readonly postponement: Postponement
  /** True: the audience is prepared anew and its membership restored. */
  readonly forgetsAudience: boolean
}

/** What each kind of failed call means for its feed. A connector cannot choose. */
export const afterFailure = (
  error: DestinationError,
  attempts: number,
  { now, random }: { now: Date; random: () => number },
): FailureAction => {
  const backoff = backoffSeconds(attempts + 1, random)
  const postpone = (seconds: number, counted: number): Postponement => ({
    dueAt: later(now, seconds),
    attempts: counted,
    reason: `${error.kind}: ${error.message}`.slice(0, 500),
  })
  switch (error.kind) {
    case 'throttled': {
      // Being asked to wait is no failure: it costs no attempt.
      const seconds = Math.min(error.retryAfterSeconds ?? backoff, longestRetryAfterSeconds)
      return { postponement: postpone(seconds, attempts), forgetsAudience: false }
    }
    case 'audience-gone':
      return { postponement: postpone(backoff, attempts + 1), forgetsAudience: true }
    case 'unauthorized':
    case 'misconfigured':
    case 'rejected':
      return { postponement: postpone(mendedSeconds + backoff, attempts + 1), forgetsAudience: false }
    case 'unavailable':
      return { postponement: postpone(backoff, attempts + 1), forgetsAudience: false }
  }
}
