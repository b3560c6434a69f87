/**
 * Why a whole call failed. The core's answer: `unauthorized` and `misconfigured` pause the destination and keep what
 * is owed; `audience-gone` prepares the audience again; `throttled` waits and costs no attempt; `unavailable` backs
 * off; `rejected` is not repeated as it is.
 */
export type FailureKind =
  | 'unauthorized'
  | 'misconfigured'
  | 'audience-gone'
  | 'throttled'
  | 'unavailable'
  | 'rejected'

export interface FailureDetails {
  /** The HTTP status, where there was an answer. */
  readonly status?: number
  /** Seconds the destination asked us to wait; only for `throttled`. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** The failure of a whole call. The message holds no secret, no e-mail address and nothing of a response body. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError'
  readonly kind: FailureKind
  readonly status: number | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.status = details.status
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}
