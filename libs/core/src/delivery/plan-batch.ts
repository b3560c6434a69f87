import type { Identity, Member } from '@cohort-relay/connector-kit'
import type { JoiningProperty } from '../identity/joining-property.ts'
import { resolveIdentity } from '../identity/resolve-identity.ts'
import type { FeedChange } from './feed-store.ts'

/** A member to be added or removed, and the change that asks for it. */
export interface Task {
  readonly change: FeedChange
  readonly member: Member
}

export interface BatchPlan {
  /** Sent before the additions: of two members with one identity, the one who is in the cohort has the last word. */
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
    const former =
      change.formerProperties === null ? undefined : resolve(change, change.formerProperties, joining)
    const gone = departed(change.present, current, former)
    if (gone !== undefined) removals.push({ change, member: gone })
    if (!change.present) continue
    if ('reason' in current) unresolved.push({ change, reason: current.reason })
    else additions.push({ change, member: current })
  }
  return { removals, additions, unresolved }
}

type Resolution = Member | { readonly reason: string }

const resolve = ({ id }: FeedChange, json: string, joining: readonly JoiningProperty[]): Resolution => {
  const properties = JSON.parse(json) as Record<string, unknown>
  const resolved = resolveIdentity({ id, properties }, joining)
  return 'identity' in resolved
    ? { id, identity: resolved.identity, properties }
    : { reason: resolved.unresolved }
}

/** Whom the destination knows and should not: a leaver, or a member under an identity she no longer has. */
const departed = (
  present: boolean,
  current: Resolution,
  former: Resolution | undefined,
): Member | undefined => {
  const known = former ?? (present ? undefined : current)
  if (known === undefined || 'reason' in known) return undefined
  return present && 'identity' in current && isSame(known.identity, current.identity) ? undefined : known
}

const isSame = (one: Identity, other: Identity): boolean =>
  one.kind === other.kind && one.value === other.value
