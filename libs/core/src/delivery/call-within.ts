import { DestinationError } from '@cohort-relay/connector-kit'

export interface CallLimits {
  readonly seconds: number
  /** Ends the call; its reason is thrown. */
  readonly stopped: AbortSignal
}

/** Ends by the deadline or when stopped, whether or not the connector heeds the signal. */
export const callWithin = async <Result>(
  call: (signal: AbortSignal) => Promise<Result>,
  { seconds, stopped }: CallLimits,
): Promise<Result> => {
  stopped.throwIfAborted()
  const ending = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  ended.catch(() => undefined)
  // Rejected before the connector hears of it, so that what it makes of the abort is not taken for its answer.
  const end = (reason: unknown): void => {
    reject(reason)
    ending.abort(reason)
  }
  const stop = (): void => end(stopped.reason)
  const tooLong = new DestinationError('unavailable', 'the call took too long')
  const timer = setTimeout(end, seconds * 1000, tooLong)
  timer.unref()
  stopped.addEventListener('abort', stop)
  try {
    return await Promise.race([call(ending.signal), ended])
  } finally {
    clearTimeout(timer)
    stopped.removeEventListener('abort', stop)
  }
}
