import type { Member } from '@cohort-relay/connector-kit'
import type { JoiningProperty } from '../identity/joining-property.ts'
import { resolveIdentity } from '../identity/resolve-identity.ts'
import type { FeedChange } from './feed-store.ts'

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
}

/** What to tell the destination, so that it agrees with the newest state of each member. */
export const planBatch = (changes: readonly FeedChange[], joining: readonly JoiningProperty[]): BatchPlan => {
  const removals: Task[] = []
  const additions: Task[] = []
  const unresolved: { change: FeedChange; reason: string }[] = []
  for (const change of changes) {
    const current = resolve(change, change.properties, joining)
    const former = change.formerProperties.map((json) => resolve(change, json, joining))
    removals.push(...departed(change.present, current, former).map((member) => removal(change, member)))
    if (!change.present) continue
    if ('reason' in current) unresolved.push({ change, reason: current.reason })
    else additions.push({ verb: 'add', change, member: current })
  }
  // Of two members with one identity, the one who is in the cohort keeps it there.
  const kept = new Set(additions.map(({ member }) => identityKey(member)))
  return {
    removals: removals.filter(({ member }) => !kept.has(identityKey(member))),
    additions,
    unresolved,
  }
}

const removal = (change: FeedChange, member: Member): Task => ({ verb: 'remove', change, member })

type Resolution = Member | { readonly reason: string }

const resolve = ({ id }: FeedChange, json: string, joining: readonly JoiningProperty[]): Resolution => {
  const properties = JSON.parse(json) as Record<string, unknown>
  const resolved = resolveIdentity({ id, properties }, joining)
  return 'identity' in resolved
    ? { id, identity: resolved.identity, properties }
    : { reason: resolved.unresolved }
}

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

const identityKey = ({ identity }: Member): string => `${identity.kind}:${identity.value}`
