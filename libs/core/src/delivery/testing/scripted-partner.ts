import {
  DestinationError,
  type Call,
  type Destination,
  type Member,
  type MemberResult,
} from '@cohort-relay/connector-kit'

export interface PartnerCall extends Call {
  readonly destinationId: string
  readonly verb: 'prepare' | 'add' | 'remove'
  readonly audienceId: string | undefined
  /** Member ids. */
  readonly members: readonly string[]
}

/** What a call comes to; `apply` does what was asked for and gives the honest answer. */
export type Answer = (apply: () => unknown, call: PartnerCall) => unknown

/** A partner that keeps lists of people and answers as the test says. */
export const scriptedPartner = () => {
  const lists = new Map<string, Set<string>>()
  const properties = new Map<string, Member['properties']>()
  const calls: PartnerCall[] = []
  const underWay: string[] = []
  let made = 0
  let mostAtOnce = 0
  let answer: Answer = (apply) => apply()
  let noticed = (): void => undefined

  const take = async (call: PartnerCall, apply: () => unknown): Promise<unknown> => {
    calls.push(call)
    underWay.push(call.destinationId)
    mostAtOnce = Math.max(mostAtOnce, underWay.filter((id) => id === call.destinationId).length)
    noticed()
    try {
      return await answer(apply, call)
    } finally {
      underWay.splice(underWay.indexOf(call.destinationId), 1)
    }
  }
  const change = (audienceId: string, members: readonly Member[], verb: 'add' | 'delete'): MemberResult[] => {
    const list = lists.get(audienceId)
    if (list === undefined) throw new DestinationError('audience-gone', 'the list is gone')
    return members.map(({ id, identity, properties: told }) => {
      list[verb](identity.value)
      if (verb === 'add') properties.set(`${audienceId} ${identity.value}`, told)
      return { memberId: id, outcome: 'applied' }
    })
  }
  const tell =
    (destinationId: string, verb: 'add' | 'remove'): Destination['addMembers'] =>
    async ({ id }, members, call) => {
      const told = { ...call, destinationId, verb, audienceId: id, members: members.map((one) => one.id) }
      const apply = () => change(id, members, verb === 'add' ? 'add' : 'delete')
      return (await take(told, apply)) as MemberResult[]
    }
  const prepare = (): { id: string } => {
    const id = `list-${++made}`
    lists.set(id, new Set())
    return { id }
  }

  return {
    lists,
    calls,
    /** What was told last of a person on a list. */
    propertiesOf: (listId: string, person: string) => properties.get(`${listId} ${person}`),
    mostAtOnce: () => mostAtOnce,
    answers: (next: Answer): void => void (answer = next),
    /** Resolves once `isReached` is true after a call came in. */
    until: (isReached: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        noticed = () => isReached() && resolve()
        noticed()
      }),
    destination: (destinationId: string): Destination => ({
      checkAccess: async () => undefined,
      prepareAudience: async (_cohort, call) => {
        const told = { ...call, destinationId, verb: 'prepare' as const, audienceId: undefined, members: [] }
        return (await take(told, prepare)) as { id: string }
      },
      addMembers: tell(destinationId, 'add'),
      removeMembers: tell(destinationId, 'remove'),
    }),
  }
}
