import type { Member } from '@cohort-relay/connector-kit'
import type { DestinationView } from '../identity/mapped-properties.ts'
import { resolveIdentity } from '../identity/resolve-identity.ts'

/** A member as a destination sees her, or why it cannot. */
export type Resolution = Member | { readonly reason: string }

/** Who a member with these properties is at a destination, with what it is sent of her. */
export const memberInView = ({ id }: Pick<Member, 'id'>, json: string, view: DestinationView): Resolution => {
  const kept = JSON.parse(json) as Record<string, unknown>
  const resolved = resolveIdentity({ id, properties: kept }, view.identity)
  if ('unresolved' in resolved) return { reason: resolved.unresolved }
  return { id, identity: resolved.identity, properties: mapped(kept, view) }
}

/** Entries and not assignments, so that `__proto__` stays a property. */
const mapped = (
  kept: Readonly<Record<string, unknown>>,
  { properties }: DestinationView,
): Readonly<Record<string, unknown>> => {
  if (properties === 'all') return kept
  const names = new Set(properties)
  return Object.fromEntries(Object.entries(kept).filter(([name]) => names.has(name)))
}

/** Whether a destination would be told the same of both. Kept properties lie in one order, so that equal ones make equal texts. */
export const looksLike = (former: Resolution, current: Member): boolean =>
  'identity' in former &&
  identityKey(former) === identityKey(current) &&
  JSON.stringify(former.properties) === JSON.stringify(current.properties)

export const identityKey = ({ identity }: Member): string => `${identity.kind}:${identity.value}`
