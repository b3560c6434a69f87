import { isStale, type CohortSummary, type Ledger } from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { destinationState } from './destination-state.ts'
import { fieldProblems, invalid, notFound, sendProblem } from './problem.ts'

export interface AdminCohortsParts {
  readonly ledger: Ledger
  readonly now: () => Date
}

const memberQuery = z.strictObject({
  projectId: z.string().max(1024).exactOptional(),
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the next of an answer before')
    .exactOptional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
})

/** GET /accounts/:accountId/cohorts. */
export const listCohortsRoute =
  ({ ledger, now }: AdminCohortsParts): RequestHandler<{ accountId: string }> =>
  async (req, res) => {
    const cohorts = await ledger.listCohorts(req.params.accountId)
    res.json({ cohorts: cohorts.map((cohort) => toAnswer(cohort, now())) })
  }

/** GET /accounts/:accountId/cohorts/:cohortId/members?projectId=&after=&limit=. */
export const listMembersRoute =
  ({ ledger }: AdminCohortsParts): RequestHandler<{ accountId: string; cohortId: string }> =>
  async (req, res) => {
    const { accountId, cohortId } = req.params
    const { data, error } = memberQuery.safeParse(req.query)
    if (error !== undefined) {
      sendProblem(res, invalid(fieldProblems(error)))
      return
    }
    const { projectId, ...page } = data
    const found = await ledger.findCohorts(accountId, cohortId)
    const cohorts = found.filter((cohort) => projectId === undefined || cohort.projectId === projectId)
    const [cohort] = cohorts
    if (cohorts.length > 1) {
      const projects = cohorts.map((one) => one.projectId).join(', ')
      sendProblem(res, invalid([{ field: 'projectId', message: `say which: ${projects}` }]))
      return
    }
    const list = cohort && (await ledger.listMembers(accountId, cohort, page))
    if (list === undefined) sendProblem(res, notFound('cohort'))
    else res.json(list)
  }

/** The cohort's id is Mixpanel's, as in the addresses of this API. */
const toAnswer = (cohort: CohortSummary, now: Date) => {
  const { cohortId, projectId, destinations, ...rest } = cohort
  return {
    projectId,
    id: cohortId,
    ...rest,
    stale: isStale(cohort, now),
    destinations: destinations.map((one) => ({ ...one, state: destinationState(one) })),
  }
}
