import { setTimeout } from 'node:timers/promises'
import type { RelayWorld } from './open-relay-world.ts'
import type { Relay } from './start-relay.ts'

export interface Takeovers {
  /** Call it right after the worker died: what it held counts as in flight. */
  died(holder: string): Promise<void>
  /** Turns that workers had under way when they died. */
  inFlight(): number
  /** Seconds from each death to the next worker's taking of what was held; those that nobody took by now count as they are. */
  stop(): Promise<readonly number[]>
}

interface Orphan {
  readonly destination: string
  readonly lease: number
  readonly since: number
}

const everyMilliseconds = 200

/** Follows in the database how long the work of dead workers stays with them. */
export const watchTakeovers = ({ heldBy, leases }: Pick<RelayWorld, 'heldBy' | 'leases'>): Takeovers => {
  const orphans = new Set<Orphan>()
  const seconds: number[] = []
  const stopping = new AbortController()
  let inFlight = 0

  const look = async (): Promise<void> => {
    if (orphans.size === 0) return
    const now = await leases().catch(() => undefined)
    for (const orphan of orphans) {
      if ((now?.get(orphan.destination) ?? 0) <= orphan.lease) continue
      seconds.push((performance.now() - orphan.since) / 1000)
      orphans.delete(orphan)
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look()
      await setTimeout(everyMilliseconds)
    }
  }
  const running = run()
  return {
    died: async (holder) => {
      const since = performance.now()
      for (const [destination, lease] of await heldBy(holder)) {
        inFlight += 1
        orphans.add({ destination, lease, since })
      }
    },
    inFlight: () => inFlight,
    stop: async () => {
      stopping.abort()
      await running
      await look()
      return [...seconds, ...[...orphans].map(({ since }) => (performance.now() - since) / 1000)]
    },
  }
}

/** Kills and starts again. What a worker held is known before it is back. */
export const killNoted = async (relay: Relay, takeovers: Takeovers): Promise<void> => {
  const holder = relay.holder()
  relay.signal('SIGKILL')
  await relay.ended()
  await takeovers.died(holder)
  await relay.start()
}
