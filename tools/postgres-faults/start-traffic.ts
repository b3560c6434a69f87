import { setTimeout } from 'node:timers/promises'
import { createMixpanel, type Mixpanel } from '../mixpanel-simulator/mixpanel.ts'
import type { Network } from '../mixpanel-simulator/send-page.ts'
import { changePeople, distinctIdOf, firstPeople } from '../mixpanel-simulator/people.ts'

export interface Sender {
  readonly cohortId: string
  readonly key: string
}

export interface TrafficOptions {
  readonly senders: readonly Sender[]
  /** Addresses of the receivers, used in turn, as a load balancer would. */
  readonly receivers: readonly string[]
  readonly seed: number
  /** Milliseconds between two syncs of a cohort. Default 100. */
  readonly pause?: number
  readonly members?: number
  /** Mixpanel's waits of 1 to 16 s are divided by it. Default 10. */
  readonly waitScale?: number
}

export interface TrafficResult {
  /** The ids that Mixpanel holds in the end, by cohort. */
  readonly expected: ReadonlyMap<string, readonly string[]>
  readonly syncs: number
  /** Syncs that Mixpanel gave up after five retries. */
  readonly failedSyncs: number
  readonly pausedSyncs: number
  readonly retries: number
}

export interface Traffic {
  syncs(): number
  /** One more sync of each cohort in peace, after those under way. */
  stop(): Promise<TrafficResult>
}

const projectId = '1'
const lastTries = 20

/** A load balancer that knows nothing of who is up. */
const takingTurns = ({ receivers, waitScale = 10 }: TrafficOptions): Network => {
  let next = 0
  return {
    fetch: (url, request) => {
      const base = receivers[(next += 1) % receivers.length] ?? ''
      const { pathname } = new URL(url instanceof Request ? url.url : url)
      return fetch(`${base}${pathname}`, request)
    },
    wait: (milliseconds) => setTimeout(milliseconds / waitScale),
    now: () => performance.now(),
  }
}

const openMixpanel = ({ receivers, seed }: TrafficOptions, sender: Sender, network: Network): Mixpanel =>
  createMixpanel({
    receiver: {
      url: `${receivers[0]}/webhooks/mixpanel`,
      credentials: { key: sender.key, scheme: 'x-api-key' },
    },
    cohort: { projectId, id: sender.cohortId, name: sender.cohortId, description: '' },
    people: { seed, form: 'default' },
    membersPerPage: 100,
    network,
  })

/** Mixpanel, sending changes of several cohorts without end. */
export const startTraffic = (options: TrafficOptions): Traffic => {
  const { senders, seed, pause = 100, members = 200 } = options
  const network = takingTurns(options)
  const stopping = new AbortController()
  const counts = { syncs: 0, failedSyncs: 0, pausedSyncs: 0, retries: 0 }

  const sync = async (mixpanel: Mixpanel, people: readonly number[]): Promise<boolean> => {
    const result = await mixpanel.sync(people)
    counts.syncs += 1
    counts.retries += result.retries
    if (result.outcome === 'failed') counts.failedSyncs += 1
    if (result.outcome === 'paused') {
      counts.pausedSyncs += 1
      mixpanel.resume()
    }
    return result.outcome === 'succeeded'
  }
  const run = async (sender: Sender): Promise<[string, string[]]> => {
    const mixpanel = openMixpanel(options, sender, network)
    let people = firstPeople(members)
    while (!stopping.signal.aborted) {
      await sync(mixpanel, people)
      people = changePeople(people, { add: 4, remove: 3 })
      await setTimeout(pause)
    }
    for (let turn = 0; turn < lastTries && !(await sync(mixpanel, people)); turn += 1) await setTimeout(500)
    return [
      sender.cohortId,
      (mixpanel.snapshot() ?? []).map((number) => distinctIdOf(number, seed)).toSorted(),
    ]
  }
  const running = Promise.all(senders.map(run))
  return {
    syncs: () => counts.syncs,
    stop: async () => {
      stopping.abort()
      return { expected: new Map(await running), ...counts }
    },
  }
}
