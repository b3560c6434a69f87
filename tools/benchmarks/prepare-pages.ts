import { pagesOf, type Action, type MixpanelCohort } from '../mixpanel-simulator/pages.ts'
import { firstPeople, memberOf } from '../mixpanel-simulator/people.ts'

/** Bodies as they go over the wire, made before the clock runs. Every page holds 1,000 members of its own. */
export interface PreparedPages {
  readonly warmUp: readonly Buffer[]
  readonly measured: readonly Buffer[]
}

/**
 * `unfinished`: all pages belong to one full sync whose last page never comes, so nothing is ever applied.
 * `whole`: each page is a sync of its own, which is applied as soon as it is stored.
 */
export type PageKind = 'unfinished' | 'whole'

export const measuredCohort: MixpanelCohort = {
  projectId: '2200001',
  id: '5100001',
  name: 'Measured cohort',
  description: '',
}
export const warmUpCohort: MixpanelCohort = { ...measuredCohort, id: '5100002', name: 'Warm-up cohort' }

interface Lot {
  readonly cohort: MixpanelCohort
  readonly kind: PageKind
  readonly pages: number
}

const bodiesOf = ({ cohort, kind, pages }: Lot): readonly Buffer[] => {
  const action: Action = kind === 'whole' ? 'add_members' : 'members'
  const seed = Number(cohort.id)
  const source = {
    action,
    cohort,
    sessionId: 'benchmark',
    people: firstPeople(pages * 1000),
    memberOf: (number: number) => memberOf(number, 'default', seed),
    bodies: 'documented' as const,
  }
  return [...pagesOf(source)].map((body, index) => {
    const own =
      kind === 'whole'
        ? { mixpanel_session_id: `benchmark-${index}`, page_info: { total_pages: 1, page_count: 1 } }
        : { page_info: { total_pages: pages + 1, page_count: index + 1 } }
    return Buffer.from(JSON.stringify({ ...body, parameters: { ...body.parameters, ...own } }))
  })
}

export const preparePages = (
  kind: PageKind,
  { pages, warmUp }: { readonly pages: number; readonly warmUp: number },
): PreparedPages => ({
  warmUp: warmUp === 0 ? [] : bodiesOf({ cohort: warmUpCohort, kind, pages: warmUp }),
  measured: bodiesOf({ cohort: measuredCohort, kind, pages }),
})
