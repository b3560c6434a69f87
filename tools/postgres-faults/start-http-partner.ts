import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { Cleanup } from '../demo/cleanup.ts'
import type { Delivery } from '../partner-server/partner-list.ts'
import { readDelivery } from '../partner-server/read-delivery.ts'

/** A partner's endpoint in this process, for processes of the service. */
export interface HttpPartner {
  readonly url: string
  readonly secret: string
  /** How long each call takes from now on. */
  setLatency(milliseconds: number): void
  /** Calls under way at this moment. */
  underWay(): number
  calls(): number
  /** Calls that named a member in the state in which it was told before. */
  repeatedCalls(): number
  /** Most calls that one cohort, and so its destination, had at once. */
  mostAtOnce(): number
  /** Sorted. */
  idsOf(cohortId: string): string[]
}

const secret = `whsec_${Buffer.from('a secret for a test of faults').toString('base64')}`

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  )

/** Lists, and what was told twice. */
const createLists = () => {
  const lists = new Map<string, Set<string>>()
  let [calls, repeated] = [0, 0]
  return {
    take: ({ type, data: { cohort, members } }: Delivery): void => {
      const list = lists.get(cohort.id) ?? new Set<string>()
      lists.set(cohort.id, list)
      const isAdding = type === 'cohort.members.added'
      calls += 1
      if (members.some(({ id }) => list.has(id) === isAdding)) repeated += 1
      for (const { id } of members) list[isAdding ? 'add' : 'delete'](id)
    },
    calls: () => calls,
    repeatedCalls: () => repeated,
    idsOf: (cohortId: string) => [...(lists.get(cohortId) ?? [])].toSorted(),
  }
}

export const startHttpPartner = async (cleanup: Cleanup): Promise<HttpPartner> => {
  const lists = createLists()
  const underWay = new Map<string, number>()
  let [latency, most, refused] = [0, 0, 0]

  const take = async (request: IncomingMessage): Promise<number> => {
    const result = readDelivery(await text(request), headersOf(request), secret)
    if (result.status !== 200 || result.delivery === undefined) return (refused += 1) && result.status
    const { id } = result.delivery.data.cohort
    const now = (underWay.get(id) ?? 0) + 1
    underWay.set(id, now)
    most = Math.max(most, now)
    // What the partner does, it does at once; its answer takes its time.
    lists.take(result.delivery)
    await setTimeout(latency)
    underWay.set(id, (underWay.get(id) ?? 1) - 1)
    return 204
  }
  const server = createServer((request, response) => {
    void take(request).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const end = (): void => {
    server.closeAllConnections()
    server.close()
  }
  cleanup.add({ undo: async () => end(), undoNow: end })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    setLatency: (milliseconds) => void (latency = milliseconds),
    underWay: () => [...underWay.values()].reduce((sum, count) => sum + count, 0),
    mostAtOnce: () => most,
    calls: lists.calls,
    repeatedCalls: lists.repeatedCalls,
    idsOf: lists.idsOf,
  }
}
