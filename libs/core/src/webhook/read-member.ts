import type { PageMember, SetAsideReason } from './cohort-page.ts'
import { usableId, type IdProblem } from './usable-id.ts'

const reasons: Record<IdProblem, SetAsideReason> = {
  missing: 'id-missing',
  'wrong-type': 'id-wrong-type',
  'number-too-large': 'id-number-too-large',
  'too-long': 'id-too-long',
  'unusable-characters': 'id-unusable-characters',
}

/**
 * One entry of the member list, or why it is set aside. Written by hand because zod costs as much as `JSON.parse`
 * on a page of 1,000; `testing/member-schema.ts` says the same in zod and a property test holds the two together.
 */
export const readMember = (entry: unknown): PageMember | SetAsideReason => {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'not-an-object'
  const properties = entry as Record<string, unknown>
  const primary = usableId(properties['mixpanel_distinct_id'])
  if ('id' in primary) return { id: primary.id, properties }
  if (primary.problem !== 'missing') return reasons[primary.problem]
  const fallback = usableId(properties['$distinct_id'])
  return 'id' in fallback ? { id: fallback.id, properties } : reasons[fallback.problem]
}
