import { pageInfo, type PageNumbering } from './page-numbering.ts'
import type { MixpanelMember } from './people.ts'

export type Action = 'members' | 'add_members' | 'remove_members'

export interface MixpanelCohort {
  readonly projectId: string
  readonly id: string
  readonly name: string
  readonly description: string
}

/**
 * `documented`: as Mixpanel's webhook page describes it. `live`: as recorded from live connections, without
 * `page_info` and description and with `mixpanel_integration_id: "0"`.
 */
export type BodyForm = 'documented' | 'live'

export const bodyForms: readonly BodyForm[] = ['documented', 'live']

/** The pages of one action of one session. */
export interface Export {
  readonly action: Action
  readonly cohort: MixpanelCohort
  readonly sessionId: string
  /** Members are made from numbers page by page, so an export of millions needs no memory for them. */
  readonly people: readonly number[]
  readonly memberOf: (number: number) => MixpanelMember
  readonly bodies: BodyForm
  /** Default 1,000. */
  readonly membersPerPage?: number
  readonly numbering?: PageNumbering
}

export interface PageBody {
  readonly action: Action
  readonly parameters: Readonly<Record<string, unknown>> & { readonly members: readonly MixpanelMember[] }
}

export const membersPerPage = 1000

const bodyOf = (source: Export, members: readonly MixpanelMember[], page: [number, number]): PageBody => {
  const { action, cohort, sessionId, bodies } = source
  const common = {
    mixpanel_project_id: cohort.projectId,
    mixpanel_cohort_id: cohort.id,
    mixpanel_cohort_name: cohort.name,
    mixpanel_session_id: sessionId,
  }
  const rest =
    bodies === 'live'
      ? { mixpanel_integration_id: '0' }
      : {
          mixpanel_cohort_description: cohort.description,
          page_info: pageInfo(source.numbering, ...page),
        }
  return { action, parameters: { ...common, ...rest, members } }
}

/** In order, 1,000 members a page, the last one shorter. Nobody to export is one page without members. */
export function* pagesOf(source: Export): Generator<PageBody> {
  const size = source.membersPerPage ?? membersPerPage
  const totalPages = Math.max(1, Math.ceil(source.people.length / size))
  for (let page = 0; page < totalPages; page += 1) {
    const numbers = source.people.slice(page * size, (page + 1) * size)
    const members = numbers.map((number) => source.memberOf(number))
    yield bodyOf(source, members, [page, source.people.length === 0 ? 0 : totalPages])
  }
}
