import { signalled } from '../signalled.ts'
import type { Logger } from '@cohort-relay/connector-kit'
import type { OwedFeed } from './feed-store.ts'
import { serveFeed, type ServeParts } from './serve-feed.ts'

export interface DeliveryParts extends Omit<ServeParts, 'stopped'> {
  readonly log: Logger
  /** Destinations served at the same time. */
  readonly concurrency: number
  /** Longest time without looking for owed feeds, in case a wake-up was lost. */
  readonly idleSeconds: number
}

export interface Delivery {
  /** There may be something new to deliver. */
  wake(): void
  /** Starts nothing new, lets calls under way finish for `graceSeconds`, then aborts them. */
  stop(graceSeconds: number): Promise<void>
}

/** Feeds looked at in one go. */
const feedsAtOnce = 256

/**
 * Serves feeds that are owed something. A destination has one call under way at a time, so that never two calls
 * concern the same member of it.
 */
export const startDelivery = (parts: DeliveryParts): Delivery => {
  const stopping = new AbortController()
  const aborting = new AbortController()
  const busy = new Map<string, Promise<void>>()
  const woken = signalled()
  const serveParts: ServeParts = { ...parts, stopped: aborting.signal }

  const serve = async (feed: OwedFeed): Promise<void> => {
    try {
      await serveFeed(feed, serveParts)
    } catch (error) {
      // The store or a connector's set-up failed; the feed stays due and is looked at again after a pause.
      parts.log.error({ destinationId: feed.destinationId, reason: (error as Error).name }, 'feed.failed')
      await woken.pause(parts.idleSeconds, stopping.signal)
    }
  }
  const start = (feed: OwedFeed): void => {
    const turn = serve(feed).finally(() => {
      busy.delete(feed.destinationId)
      woken.signal()
    })
    busy.set(feed.destinationId, turn)
  }
  const startOwed = async (): Promise<void> => {
    if (busy.size >= parts.concurrency) return
    for (const feed of await parts.store.listOwedFeeds(parts.now(), feedsAtOnce))
      if (!busy.has(feed.destinationId) && busy.size < parts.concurrency) start(feed)
  }
  const secondsToNext = async (): Promise<number> => {
    const due = await parts.store.nextFeedDueAt()
    const seconds = due === null ? Infinity : (due.getTime() - parts.now().getTime()) / 1000
    return Math.min(parts.idleSeconds, seconds > 0 ? seconds : Infinity)
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await startOwed()
        await woken.wait(await secondsToNext(), stopping.signal)
      } catch (error) {
        parts.log.error({ reason: (error as Error).name }, 'delivery.failed')
        await woken.pause(parts.idleSeconds, stopping.signal)
      }
    }
  }

  const running = run()
  return {
    wake: woken.signal,
    stop: async (graceSeconds) => {
      stopping.abort()
      const grace = setTimeout(() => aborting.abort(), graceSeconds * 1000)
      await running
      await Promise.allSettled(busy.values())
      clearTimeout(grace)
    },
  }
}
