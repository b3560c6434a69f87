import type { Partner } from './partner-schema.ts'
import type { PageBody } from './webhook-schemas.ts'

type Action = PageBody['action']
type Member = PageBody['parameters']['members'][number]

export interface SamplePage {
  readonly action: Action
  /** Names the export. One sample alters what another of the same session said. */
  readonly session: string
  /** Number and total. */
  readonly page: readonly [number, number]
  readonly people: readonly Person[]
}

type Person = 'ann' | 'bob' | 'chloe' | 'dmitri'

const people: Readonly<Record<Person, Member>> = {
  ann: person('1001', 'Ann', 'Adams'),
  bob: person('1002', 'Bob', 'Brown'),
  chloe: person('1003', 'Chloé', 'Dubois'),
  dmitri: person('1004', 'Dmitri', 'Ivanov'),
}

function person(userId: string, first: string, last: string): Member {
  const email = `user-${userId}@example.com`
  return { mixpanel_distinct_id: `user-${userId}`, email, first_name: first, last_name: last }
}

/** A request body as Mixpanel sends it to this partner. */
export const samplePage = (sample: SamplePage, { userIds }: Partner): PageBody => ({
  action: sample.action,
  parameters: {
    mixpanel_project_id: '1234567',
    mixpanel_cohort_id: '7654321',
    mixpanel_cohort_name: 'Trial users',
    mixpanel_cohort_description: 'Signed up in the last 14 days',
    mixpanel_session_id: sample.session,
    page_info: { total_pages: sample.page[1], page_count: sample.page[0] },
    members: sample.people.map((name) => withJoiningKey(people[name], userIds.property)),
  },
})

/** `$email` is what Mixpanel calls `email` where it has no field of that name. */
const withJoiningKey = (member: Member, property: string | undefined): Member => {
  if (property === undefined || Object.hasOwn(member, property)) return member
  const plain = property.replace(/^\$/, '')
  const value = Object.hasOwn(member, plain) ? member[plain] : member.mixpanel_distinct_id
  return { ...member, [property]: value }
}
