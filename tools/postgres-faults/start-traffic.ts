import { setTimeout } from 'node:timers/promises'
import { createMixpanel, type Mixpanel } from '../mixpanel-simulator/mixpanel.ts'
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

/** Mixpanel, sending changes of several cohorts without end. */
export const startTraffic = (options: TrafficOptions): Traffic => {
  const { senders, receivers, seed, pause = 100, members = 200, waitScale = 10 } = options
  let [next, isStopping, syncs, failed, paused, retries] = [0, false, 0, 0, 0, 0]
  const network = {
    fetch: (url: string | URL | Request, request?: RequestInit) => {
      const base = receivers[(next += 1) % receivers.length] ?? ''
      return fetch(`${base}${new URL(String(url)).pathname}`, request)
    },
    wait: (milliseconds: number) => setTimeout(milliseconds / waitScale),
    now: () => performance.now(),
  }
  const open = ({ cohortId, key }: Sender): Mixpanel =>
    createMixpanel({
      receiver: {
        url: `${receivers[0]}/webhooks/mixpanel`,
        credentials: { key, scheme: 'x-api-key' },
      },
      cohort: { projectId, id: cohortId, name: cohortId, description: '' },
      people: { seed, form: 'default' },
      membersPerPage: 100,
      network,
    })
  const sync = async (mixpanel: Mixpanel, people: readonly number[]): Promise<boolean> => {
    const result = await mixpanel.sync(people)
    syncs += 1
    retries += result.retries
    if (result.outcome === 'failed') failed += 1
    if (result.outcome === 'paused') {
      paused += 1
      mixpanel.resume()
    }
    return result.outcome === 'succeeded'
  }
  const run = async (sender: Sender): Promise<[string, string[]]> => {
    const mixpanel = open(sender)
    let people = firstPeople(members)
    for (let turn = 0; !isStopping; turn += 1) {
      await sync(mixpanel, people)
      people = changePeople(people, { add: 4, remove: 3 })
      await setTimeout(pause)
    }
    for (let turn = 0; turn < lastTries && !(await sync(mixpanel, people)); turn += 1) await setTimeout(500)
    return [sender.cohortId, (mixpanel.snapshot() ?? []).map((number) => distinctIdOf(number, seed)).toSorted()]
  }
  const running = Promise.all(senders.map(run))
  return {
    syncs: () => syncs,
    stop: async () => {
      isStopping = true
      const expected = new Map(await running)
      return { expected, syncs, failedSyncs: failed, pausedSyncs: paused, retries }
    },
  }
}
