import type { CohortSummary, Ledger } from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { fieldProblems, invalid, notFound, sendProblem } from './problem.ts'

export interface AdminCohortsParts {
  readonly ledger: Ledger
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
  ({ ledger }: AdminCohortsParts): RequestHandler<{ accountId: string }> =>
  async (req, res) => {
    const cohorts = await ledger.listCohorts(req.params.accountId)
    res.json({ cohorts: cohorts.map(toAnswer) })
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
const toAnswer = ({ cohortId, projectId, ...rest }: CohortSummary) => ({ projectId, id: cohortId, ...rest })
