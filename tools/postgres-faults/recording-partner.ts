import { setTimeout } from 'node:timers/promises'
import type { Member, MemberResult } from '@cohort-relay/connector-kit'
import type { ConnectedDestination, StoredDestination } from '@cohort-relay/core'

export interface PartnerCall {
  readonly destinationId: string
  readonly cohort: string
  readonly verb: 'add' | 'remove'
  readonly members: readonly string[]
  readonly at: number
}

/** A partner in this process: remembers every call, and how many a destination had under way at once. */
export interface RecordingPartner {
  readonly connect: (stored: StoredDestination) => ConnectedDestination
  readonly calls: readonly PartnerCall[]
  /** Most calls that one destination had at once. */
  mostAtOnce(): number
  /** Sorted. */
  idsOf(cohort: string): string[]
  /** Calls that named a member in the state in which it was told before. */
  repeatedCalls(): number
}

export interface RecordingOptions {
  /** How long a call takes. */
  readonly milliseconds?: number | (() => number)
  /** May reject or throw, as a partner that is broken for this call would. */
  readonly meet?: (call: PartnerCall) => void
  readonly membersPerCall?: number
}

const nothing = (): void => {}
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** What the partner holds and was told. */
const createRecord = ({ milliseconds = 0, meet = nothing }: RecordingOptions) => {
  const calls: PartnerCall[] = []
  const lists = new Map<string, Set<string>>()
  const underWay = new Map<string, number>()
  let [most, repeated] = [0, 0]

  const count = (destinationId: string, by: 1 | -1): void => {
    const now = (underWay.get(destinationId) ?? 0) + by
    underWay.set(destinationId, now)
    most = Math.max(most, now)
  }
  const keep = ({ cohort, verb, members }: PartnerCall): void => {
    const list = lists.get(cohort) ?? new Set()
    lists.set(cohort, list)
    const isAdding = verb === 'add'
    if (members.some((id) => list.has(id) === isAdding)) repeated += 1
    for (const id of members) list[isAdding ? 'add' : 'delete'](id)
  }
  const take = async (call: PartnerCall): Promise<void> => {
    calls.push(call)
    count(call.destinationId, 1)
    try {
      const time = typeof milliseconds === 'number' ? milliseconds : milliseconds()
      if (time > 0) await setTimeout(time)
      meet(call)
      keep(call)
    } finally {
      count(call.destinationId, -1)
    }
  }
  return {
    take,
    calls,
    mostAtOnce: () => most,
    idsOf: (cohort: string) => [...(lists.get(cohort) ?? [])].toSorted(),
    repeatedCalls: () => repeated,
  }
}

export const recordingPartner = (options: RecordingOptions = {}): RecordingPartner => {
  const { membersPerCall = 1000 } = options
  const { take, ...record } = createRecord(options)

  const tell =
    (destinationId: string, verb: PartnerCall['verb']) =>
    async (audience: { readonly id: string }, members: readonly Member[]): Promise<MemberResult[]> => {
      const ids = members.map(({ id }) => id)
      await take({ destinationId, cohort: audience.id, verb, members: ids, at: performance.now() })
      return ids.map((memberId) => ({ memberId, outcome: 'applied' }))
    }
  return {
    ...record,
    connect: ({ id, accountId, connector, identity, properties }) => ({
      id,
      accountId,
      connector,
      identity,
      properties,
      membersPerCall,
      log: silent,
      destination: {
        checkAccess: async () => {},
        prepareAudience: async (cohort) => ({ id: cohort.id }),
        addMembers: tell(id, 'add'),
        removeMembers: tell(id, 'remove'),
      },
    }),
  }
}
