import type { PageMember } from './cohort-page.ts'
import type { SetAsideReason } from './set-aside-member.ts'
import { idProblem, type IdProblem } from './usable-id.ts'

const reasons: Record<IdProblem, SetAsideReason> = {
  missing: 'id-missing',
  'wrong-type': 'id-wrong-type',
  'number-too-large': 'id-number-too-large',
  'too-long': 'id-too-long',
  'unusable-characters': 'id-unusable-characters',
}

/**
 * Why an entry of the member list is set aside; undefined when it is a member. Written by hand because zod costs as much
 * as `JSON.parse` on a page of 1,000; `testing/member-schema.ts` says the same in zod and a property test holds the two
 * together.
 */
export const memberProblem = (entry: unknown): SetAsideReason | undefined => {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'not-an-object'
  const properties = entry as Record<string, unknown>
  const primary = idProblem(properties['mixpanel_distinct_id'])
  if (primary === null) return undefined
  if (primary !== 'missing') return reasons[primary]
  const fallback = idProblem(properties['$distinct_id'])
  return fallback === null ? undefined : reasons[fallback]
}

/** One entry of the member list, or why it is set aside. */
export const readMember = (entry: unknown): PageMember | SetAsideReason => {
  const problem = memberProblem(entry)
  if (problem !== undefined) return problem
  const properties = entry as Record<string, unknown>
  const primary = properties['mixpanel_distinct_id']
  return { id: String(idProblem(primary) === null ? primary : properties['$distinct_id']), properties }
}
