import { readCohortPage, type ArrivedPage, type Store } from '@cohort-relay/core'

/** One page of one cohort, as it arrives. */
export interface PageParts {
  readonly accountId: string
  readonly cohort: string
  readonly action: 'members' | 'add_members' | 'remove_members'
  readonly session: string
  readonly ids: readonly string[]
  /** Number and total; default the only one. */
  readonly page?: readonly [number, number]
}

const projectId = '1'

/** As Mixpanel sends it. */
export const bodyOf = ({
  cohort,
  action,
  session,
  ids,
  page = [1, 1],
}: Omit<PageParts, 'accountId'>): Buffer =>
  Buffer.from(
    JSON.stringify({
      action,
      parameters: {
        mixpanel_project_id: projectId,
        mixpanel_cohort_id: cohort,
        mixpanel_cohort_name: cohort,
        mixpanel_session_id: session,
        page_info: { page_count: page[0], total_pages: page[1] },
        members: ids.map((id) => ({ mixpanel_distinct_id: id, email: `${id}@example.com` })),
      },
    }),
  )

/** Made anew for each try: a store takes the body over. */
export const pageOf = (parts: PageParts): ArrivedPage => {
  const body = bodyOf(parts)
  const reading = readCohortPage(body)
  if (!reading.ok) throw new Error(`The page is refused: ${reading.refusal}`)
  return { accountId: parts.accountId, page: reading.page, body, receivedAt: new Date() }
}

/** Applies until nothing is left to apply. */
export const applyAll = async (store: Store): Promise<void> => {
  while ((await store.applyNext(new Date())) !== undefined);
}

/** Ids of all members, sorted. */
export const memberIds = async (store: Store, accountId: string, cohort: string): Promise<string[]> => {
  const ids: string[] = []
  let after: string | undefined
  do {
    const place = { limit: 1000, ...(after !== undefined && { after }) }
    const listed = await store.listMembers(accountId, { projectId, cohortId: cohort }, place)
    ids.push(...(listed?.members ?? []).map(({ id }) => id))
    after = listed?.next ?? undefined
  } while (after !== undefined)
  return ids.toSorted()
}
