import { DestinationError } from '@cohort-relay/connector-kit'
import type { ServeParts } from '../serve-feed.ts'
import type { deliveryWorld } from './delivery-world.ts'
import type { Answer } from './scripted-partner.ts'

const isOdd = (id: string): boolean => id.charCodeAt(0) % 2 === 1
const unavailable = () => {
  throw new DestinationError('unavailable', 'no answer')
}
const retry = (memberId: string) => ({ memberId, outcome: 'retry', reason: 'later' })

/** What may go wrong in a turn. Some do the work and say nothing of it. */
export const faults = {
  none: (apply) => apply(),
  crash: (apply) => apply(),
  refusedConnection: unavailable,
  lostAnswer: (apply) => {
    apply()
    return unavailable()
  },
  throttled: () => {
    throw new DestinationError('throttled', 'slow down', { retryAfterSeconds: 5 })
  },
  lostList: (apply) => apply(),
  nonsense: (apply) => void apply(),
  nobodyNow: (apply, { verb, members }) => (verb === 'prepare' ? apply() : members.map(retry)),
  oddOnesLater: (apply, { verb, members }) => {
    const answer = apply()
    if (verb === 'prepare') return answer
    return members.map((id) => (isOdd(id) ? retry(id) : { memberId: id, outcome: 'applied' }))
  },
  removalsLater: (apply, { verb, members }) => (verb === 'remove' ? members.map(retry) : apply()),
} satisfies Record<string, Answer>
export type Fault = keyof typeof faults

/** One turn in which something goes wrong. */
export const takeTurnWith = async (
  { partner, turn }: Awaited<ReturnType<typeof deliveryWorld>>,
  fault: Fault,
  changed: Pick<ServeParts, 'store' | 'connect'>,
): Promise<void> => {
  partner.answers(faults[fault])
  if (fault === 'lostList') partner.lists.clear()
  const killed = { ...changed.store, recordOutcomes: async () => Promise.reject(new Error('killed')) }
  await turn({ ...changed, store: fault === 'crash' ? killed : changed.store }).catch(() => undefined)
}
