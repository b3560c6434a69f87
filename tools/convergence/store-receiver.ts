import { readCohortPage, type Store } from '@cohort-relay/core'
import type { ModelPage, ModelReceiver } from './play-history.ts'

/** A cohort that the model may fill, and what became of it. */
export interface WatchedReceiver extends ModelReceiver {
  members(): Promise<string[]>
  needsReconcile(): Promise<boolean>
}

const began = Date.parse('2026-01-01T00:00:00Z')
const accountId = 'model'

/** Hands pages to the store as the webhook does, and applies at once. Each cohort is one history. */
export const storeReceiver = (store: Store, cohortId: string): WatchedReceiver => ({
  send: async (page, minutes) => {
    const at = new Date(began + minutes * 60_000)
    const body = bodyOf(page, cohortId)
    const reading = readCohortPage(body)
    if (!reading.ok) throw new Error(`The model sent a page that is refused: ${reading.refusal}`)
    await store.storePage({ accountId, page: reading.page, body, receivedAt: at })
    while ((await store.applyNext(at)) !== undefined);
  },
  members: async () => {
    const list = await store.listMembers(accountId, { projectId: '1', cohortId }, { limit: 1000 })
    return (list?.members ?? []).map(({ id }) => id).toSorted()
  },
  needsReconcile: async () => {
    const cohorts = await store.listCohorts(accountId)
    return cohorts.some((cohort) => cohort.cohortId === cohortId && cohort.needsReconcile !== null)
  },
})

export const bodyOf = (page: ModelPage, cohortId: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      action: page.action,
      parameters: {
        mixpanel_project_id: '1',
        mixpanel_cohort_id: cohortId,
        mixpanel_cohort_name: cohortId,
        mixpanel_session_id: page.session,
        page_info: { total_pages: page.totalPages, page_count: page.pageNumber },
        members: page.members.map((id) => ({ mixpanel_distinct_id: id })),
      },
    }),
  )
