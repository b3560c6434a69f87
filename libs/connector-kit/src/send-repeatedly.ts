import pRetry from 'p-retry'
import type { HttpResponse } from './http-client.ts'

/** What an attempt throws when another one may do better: an answer, or the error that stands for none. */
export class RepeatableFailure extends Error {
  override readonly name = 'RepeatableFailure'
  readonly outcome: HttpResponse | Error

  constructor(outcome: HttpResponse | Error) {
    super('The attempt may be repeated.')
    this.outcome = outcome
  }
}

export interface Repetition {
  /** How often to send at most, the first time included. */
  readonly attempts: number
  readonly random: () => number
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** Ends attempts and waits; its reason is thrown. */
  readonly signal: AbortSignal
}

const firstCeilingMilliseconds = 250
const lastCeilingMilliseconds = 5_000

/** Exponential backoff with full jitter. The last attempt's answer or error is the outcome. */
export const sendRepeatedly = async (
  sendAttempt: () => Promise<HttpResponse>,
  { attempts, random, wait, signal }: Repetition,
): Promise<HttpResponse> => {
  try {
    return await pRetry(sendAttempt, {
      retries: attempts - 1,
      minTimeout: 0,
      signal,
      shouldRetry: ({ error }) => error instanceof RepeatableFailure,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof RepeatableFailure) || retriesLeft === 0) return
        await wait(jitteredDelay(attemptNumber, random), signal)
      },
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof RepeatableFailure)) throw error
    if (error.outcome instanceof Error) throw error.outcome
    return error.outcome
  }
}

const jitteredDelay = (attemptNumber: number, random: () => number): number => {
  const ceiling = firstCeilingMilliseconds * 2 ** (attemptNumber - 1)
  return Math.floor(random() * Math.min(ceiling, lastCeilingMilliseconds))
}
