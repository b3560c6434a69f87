import type { Identity, Member } from '@cohort-relay/connector-kit'
import type { JoiningProperty } from './joining-property.ts'
import { normalisers } from './normalisers.ts'

/** `property` is the name of the joining property that gave the identity. The reason holds no value of the member. */
export type ResolvedIdentity =
  | { readonly identity: Identity; readonly property: string }
  | { readonly unresolved: string }

const distinctIdProperties = new Set(['mixpanel_distinct_id', '$distinct_id'])

/** The first joining property, in order, that has a usable value. */
export const resolveIdentity = (
  member: Pick<Member, 'id' | 'properties'>,
  joining: readonly JoiningProperty[],
): ResolvedIdentity => {
  const tried: string[] = []
  for (const entry of joining) {
    const found = valueOf(member, entry.property)
    const value = isAbsent(found) ? undefined : normalisers[entry.kind](found, entry)
    if (value !== undefined) return { identity: { kind: entry.kind, value }, property: entry.property }
    tried.push(`${entry.property} (${isAbsent(found) ? 'absent' : `not a usable ${entry.kind}`})`)
  }
  return { unresolved: `no joining property has a usable value: ${tried.join(', ')}` }
}

const valueOf = ({ id, properties }: Pick<Member, 'id' | 'properties'>, property: string): unknown => {
  const own = Object.hasOwn(properties, property) ? properties[property] : undefined
  return isAbsent(own) && distinctIdProperties.has(property) ? id : own
}

// Mixpanel sends an empty string for an empty value.
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''
