import { memberInView, readMember, resolveIdentity, type DestinationView } from '@cohort-relay/core'
import type { z } from 'zod'
import type { identityResult } from './destination-schemas.ts'
import { invalid } from './problem.ts'
import type { Handled } from './route.ts'

/** What a destination would be told of an entry of `members`. */
export const testIdentity = (
  view: DestinationView,
  entry: Readonly<Record<string, unknown>>,
): Handled<z.input<typeof identityResult>> => {
  const member = readMember(entry)
  if (typeof member === 'string')
    return { problem: invalid([{ field: 'member', message: `cannot be recorded: ${member}` }]) }
  const { id: memberId, properties: all } = member
  const seen = memberInView(member, JSON.stringify(all), view)
  const resolved = resolveIdentity({ id: memberId, properties: all }, view.identity)
  if ('reason' in seen || 'unresolved' in resolved) {
    const reason = 'unresolved' in resolved ? resolved.unresolved : null
    return { body: { memberId, matched: null, reason, properties: null } }
  }
  const matched = { property: resolved.property, ...resolved.identity }
  return { body: { memberId, matched, reason: null, properties: { ...seen.properties } } }
}
