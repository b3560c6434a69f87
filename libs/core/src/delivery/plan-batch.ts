import type { Member } from '@cohort-relay/connector-kit'
import type { DestinationView } from '../identity/mapped-properties.ts'
import type { FeedBatch, FeedChange } from './feed-store.ts'
import { identityKey, looksLike, memberInView, type Resolution } from './member-in-view.ts'

/** A member to be added or removed, and the change that asks for it. */
export interface Task {
  readonly verb: 'add' | 'remove'
  readonly change: FeedChange
  readonly member: Member
}

export interface BatchPlan {
  /** Sent before the additions. */
  readonly removals: readonly Task[]
  readonly additions: readonly Task[]
  /** Are in the cohort, but nothing says who they are at the destination. */
  readonly unresolved: readonly { readonly change: FeedChange; readonly reason: string }[]
  /** Changed in nothing that this destination is told: nothing has to be sent. */
  readonly unaffected: readonly FeedChange[]
}

type PlannedBatch = Pick<FeedBatch, 'begin' | 'formerViews' | 'changes'>

/** What to tell the destination, so that it agrees with the newest state of each member. */
export const planBatch = (batch: PlannedBatch, view: DestinationView): BatchPlan => {
  const removals: Task[] = []
  const additions: Task[] = []
  const unresolved: { change: FeedChange; reason: string }[] = []
  const unaffected: Task[] = []
  for (const change of batch.changes) {
    const current = memberInView(change, change.properties, view)
    const former = formerStates(change, batch, view)
    removals.push(...departed(change.present, current, former).map((member) => removal(change, member)))
    if (!change.present) continue
    if ('reason' in current) unresolved.push({ change, reason: current.reason })
    else {
      const isKnown = change.isTold && former.length > 0 && former.every((one) => looksLike(one, current))
      const tasks = isKnown ? unaffected : additions
      tasks.push({ verb: 'add', change, member: current })
    }
  }
  // Of two members with one identity, the one who is in the cohort keeps it there.
  const kept = new Set([...additions, ...unaffected].map(({ member }) => identityKey(member)))
  return {
    removals: removals.filter(({ member }) => !kept.has(identityKey(member))),
    additions,
    unresolved,
    unaffected: unaffected.map(({ change }) => change),
  }
}

/** All that the destination may have been told of a member but what it has to be told now. */
const formerStates = (
  change: FeedChange,
  { begin, formerViews }: PlannedBatch,
  view: DestinationView,
): Resolution[] => {
  const { id, properties, formerProperties, formerMembers } = change
  // Whoever lies behind the cursor was told, or failed, under this view.
  const views = change.sequence > begin ? formerViews : []
  const seen = (json: string) => (one: DestinationView) => memberInView(change, json, one)
  return [
    ...formerProperties.flatMap((json) => [...views, view].map(seen(json))),
    ...views.map(seen(properties)),
    ...formerMembers.map((member) => ({ id, ...member })),
  ]
}

const removal = (change: FeedChange, member: Member): Task => ({ verb: 'remove', change, member })

/**
 * Whom the destination may know and should not: a member under identities she no longer has, a leaver. All of them,
 * since a call that broke off may have told any.
 */
const departed = (present: boolean, current: Resolution, former: readonly Resolution[]): Member[] => {
  const known = [...former, ...(present ? [] : [current])].filter((one) => 'identity' in one)
  const kept = present && 'identity' in current ? identityKey(current) : undefined
  const byIdentity = new Map(known.map((member) => [identityKey(member), member]))
  return [...byIdentity.values()].filter((member) => identityKey(member) !== kept)
}
