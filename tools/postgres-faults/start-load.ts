import { setTimeout } from 'node:timers/promises'
import type { RunningReceiver } from './run-receiver.ts'

export interface LoadResult {
  /** Ids that were acknowledged, by cohort. */
  readonly acknowledged: ReadonlyMap<string, readonly string[]>
  /** How often each status came; 0 stands for no answer within 30 s. */
  readonly statuses: ReadonlyMap<number, number>
  readonly slowestMilliseconds: number
}

/** Pages on their way to a receiver, one after another for each cohort, each until it is acknowledged. */
export interface Load {
  /** Pages acknowledged so far. */
  accepted(): number
  /** Begins no page more, and resolves once those under way are acknowledged. */
  stop(): Promise<LoadResult>
}

const retryMilliseconds = 100
const pauseMilliseconds = 100

export const startLoad = (receiver: Pick<RunningReceiver, 'send'>, cohorts: readonly string[]): Load => {
  const acknowledged = new Map<string, string[]>(cohorts.map((cohort) => [cohort, []]))
  const statuses = new Map<number, number>()
  const stopping = new AbortController()
  let [accepted, slowest] = [0, 0]

  const tryOnce = async (cohort: string, id: string): Promise<number> => {
    const start = performance.now()
    const status = await receiver.send({ cohort, action: 'add_members', session: id, ids: [id] })
    slowest = Math.max(slowest, performance.now() - start)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    return status
  }
  const sendUntilAccepted = async (cohort: string, id: string): Promise<void> => {
    while ((await tryOnce(cohort, id)) !== 200) await setTimeout(retryMilliseconds)
    acknowledged.get(cohort)?.push(id)
    accepted += 1
  }
  const run = async (cohort: string): Promise<void> => {
    for (let number = 1; !stopping.signal.aborted; number += 1) {
      await sendUntilAccepted(cohort, `${cohort}-${number}`)
      // More than can be applied meanwhile would only be waited for.
      await setTimeout(pauseMilliseconds)
    }
  }
  const running = Promise.all(cohorts.map(run))
  return {
    accepted: () => accepted,
    stop: async () => {
      stopping.abort()
      await running
      return { acknowledged, statuses, slowestMilliseconds: slowest }
    },
  }
}

const expected = new Set([200, 429, 503])

/** What a receiver must never answer to a good page, whatever its database does. */
export const problemsOfAnswers = ({ statuses }: LoadResult): readonly string[] =>
  [...statuses]
    .filter(([status]) => !expected.has(status))
    .map(([status, count]) =>
      status === 0 ? `${count} pages had no answer in 30 s` : `${count} pages were answered ${status}`,
    )
