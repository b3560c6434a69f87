/** One member as the webhook connector delivers it. */
interface DeliveredMember {
  readonly id: string
  readonly identity: { readonly kind: string; readonly value: string }
}

export interface Delivery {
  readonly type: 'cohort.members.added' | 'cohort.members.removed'
  readonly data: {
    readonly cohort: { readonly projectId: string; readonly id: string }
    readonly members: readonly DeliveredMember[]
  }
}

export interface CallCounts {
  /** Deliveries taken. */
  readonly calls: number
  /** Members named in deliveries that add, repeated ones included. */
  readonly adds: number
  readonly removes: number
  /** Calls that only ask whether the signature is right. */
  readonly pings: number
  /** Requests whose signature or body was not acceptable. */
  readonly refused: number
}

/** What the partner product remembers: an identity per member and cohort. */
export interface PartnerLists {
  /** Safe to repeat. */
  take(delivery: Delivery): void
  ping(): void
  refuse(): void
  /** `<project id>/<cohort id>` → number of members. */
  counts(): Readonly<Record<string, number>>
  /** Member ids, sorted. */
  idsOf(projectId: string, cohortId: string): readonly string[]
  calls(): CallCounts
}

export const createPartnerLists = (): PartnerLists => {
  const lists = new Map<string, Map<string, string>>()
  let counts: CallCounts = { calls: 0, adds: 0, removes: 0, pings: 0, refused: 0 }
  const listOf = (projectId: string, cohortId: string): Map<string, string> => {
    const name = `${projectId}/${cohortId}`
    const list = lists.get(name) ?? new Map<string, string>()
    lists.set(name, list)
    return list
  }
  const take = ({ type, data: { cohort, members } }: Delivery): void => {
    const list = listOf(cohort.projectId, cohort.id)
    const isAdding = type === 'cohort.members.added'
    for (const { id, identity } of members) {
      if (isAdding) list.set(id, identity.value)
      else list.delete(id)
    }
    const { calls, adds, removes } = counts
    counts = isAdding
      ? { ...counts, calls: calls + 1, adds: adds + members.length }
      : { ...counts, calls: calls + 1, removes: removes + members.length }
  }
  return {
    take,
    ping: () => {
      counts = { ...counts, pings: counts.pings + 1 }
    },
    refuse: () => {
      counts = { ...counts, refused: counts.refused + 1 }
    },
    counts: () => Object.fromEntries([...lists].map(([name, list]) => [name, list.size])),
    idsOf: (projectId, cohortId) => [...(lists.get(`${projectId}/${cohortId}`)?.keys() ?? [])].toSorted(),
    calls: () => counts,
  }
}
