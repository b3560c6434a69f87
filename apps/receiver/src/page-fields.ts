import { countSetAside, type PageSummary } from '@cohort-relay/core'

/** What the log line of a page tells of it. */
export const pageFields = (page: PageSummary): Readonly<Record<string, unknown>> => ({
  action: page.action,
  projectId: page.cohort.projectId,
  cohortId: page.cohort.id,
  sessionId: page.sessionId,
  pageNumber: page.pageNumber,
  totalPages: page.totalPages,
  members: page.memberCount,
  setAside: countSetAside(page.setAside),
})
