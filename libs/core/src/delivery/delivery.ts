import { errorName } from '../error-name.ts'
import { quietMoments } from '../quiet-moments.ts'
import { signalled } from '../signalled.ts'
import { destinationTurns, type TurnParts } from './destination-turns.ts'

export type DeliveryParts = Omit<TurnParts, 'stopping' | 'stopped' | 'clock' | 'pause' | 'leaseSeconds'> &
  Partial<Pick<TurnParts, 'clock' | 'pause' | 'leaseSeconds'>>

const defaults = { leaseSeconds: 15, clock: () => performance.now(), pause: signalled().pause }

export interface Delivery {
  /** There may be something new to deliver. Resolves once nothing is owed that can be served here now, or the store failed. */
  wake(): Promise<void>
  /** Starts nothing new, lets calls under way finish for `graceSeconds`, then aborts them. */
  stop(graceSeconds: number): Promise<void>
}

/**
 * Serves feeds that are owed something. A destination has one call under way at a time, over all workers on the same
 * database, so that never two calls concern the same member of it. The one exception is a connector that goes on after its
 * signal was aborted.
 */
export const startDelivery = (parts: DeliveryParts): Delivery => {
  const stopping = new AbortController()
  const aborting = new AbortController()
  const woken = signalled()
  const quiet = quietMoments()
  const turnParts = { ...defaults, ...parts, stopping: stopping.signal, stopped: aborting.signal }
  const turns = destinationTurns(turnParts, woken.signal)

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const lookedAt = await turns.startOwed()
        if (turns.underWay() === 0) quiet.reached()
        await woken.wait(await turns.secondsToNext(lookedAt), stopping.signal)
      } catch (error) {
        parts.log.error({ reason: errorName(error) }, 'delivery.failed')
        quiet.reached()
        await woken.pause(parts.idleSeconds, stopping.signal)
      }
    }
  }

  const running = run()
  return {
    wake: () => {
      woken.signal()
      return quiet.next()
    },
    stop: async (graceSeconds) => {
      stopping.abort()
      const grace = setTimeout(() => aborting.abort(), graceSeconds * 1000)
      await running
      await turns.ended()
      quiet.reached()
      clearTimeout(grace)
    },
  }
}
