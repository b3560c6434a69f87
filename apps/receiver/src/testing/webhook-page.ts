export interface PageOptions {
  readonly action?: 'members' | 'add_members' | 'remove_members'
  readonly cohort?: string | number
  readonly project?: string | number
  readonly session?: string
  /** Number and total. */
  readonly page?: readonly [number, number]
}

export type PageMember = string | Readonly<Record<string, unknown>>

/** A webhook body; a member that is text is known by that id alone. */
export const webhookPage = (members: readonly PageMember[], options: PageOptions = {}) => {
  const { action = 'members', cohort = '2', project = '1', session, page = [1, 1] } = options
  return {
    action,
    parameters: {
      mixpanel_project_id: project,
      mixpanel_cohort_id: cohort,
      mixpanel_cohort_name: 'Trial users',
      mixpanel_cohort_description: '',
      ...(session !== undefined && { mixpanel_session_id: session }),
      page_info: { page_count: page[0], total_pages: page[1] },
      members: members.map((member) =>
        typeof member === 'string' ? { mixpanel_distinct_id: member } : member,
      ),
    },
  }
}
