import type { Logger } from '@cohort-relay/connector-kit'
import { isStale, type CohortKey, type CohortSummary, type Ledger, type Store } from '@cohort-relay/core'
import type { RequestHandler, Response } from 'express'
import { z } from 'zod'
import { destinationState } from './destination-state.ts'
import { fieldProblems, invalid, notFound, sendProblem, type Problem } from './problem.ts'

export interface AdminCohortsParts {
  readonly ledger: Ledger & Pick<Store, 'approveRemovals'>
  readonly log: Pick<Logger, 'info'>
  readonly now: () => Date
  /** Called once removals may be carried out. */
  readonly onApproval: () => void
}

const memberQuery = z.strictObject({
  projectId: z.string().max(1024).exactOptional(),
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the next of an answer before')
    .exactOptional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
})

const approvalQuery = memberQuery.pick({ projectId: true })
const approvalBody = z.strictObject({ plan: z.string().min(1).max(100) })

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
    const cohort = onlyCohort(res, found, projectId)
    if (cohort === undefined) return
    const list = await ledger.listMembers(accountId, cohort, page)
    if (list === undefined) sendProblem(res, notFound('cohort'))
    else res.json(list)
  }

/** POST /accounts/:accountId/cohorts/:cohortId/approve-removals?projectId=. */
export const approveRemovalsRoute =
  (parts: AdminCohortsParts): RequestHandler<{ accountId: string; cohortId: string }> =>
  async (req, res) => {
    const { accountId, cohortId } = req.params
    const query = approvalQuery.safeParse(req.query)
    if (query.error) return sendProblem(res, invalid(fieldProblems(query.error)))
    const body = approvalBody.safeParse(req.body ?? {})
    if (body.error) return sendProblem(res, invalid(fieldProblems(body.error)))
    const found = await parts.ledger.findCohorts(accountId, cohortId)
    const cohort = onlyCohort(res, found, query.data.projectId)
    if (cohort !== undefined) await approve(parts, res, { accountId, cohort, plan: body.data.plan })
  }

interface Approving {
  readonly accountId: string
  readonly cohort: CohortKey
  readonly plan: string
}

const approve = async (parts: AdminCohortsParts, res: Response, asked: Approving): Promise<void> => {
  const { ledger, log, now, onApproval } = parts
  const { accountId, cohort, plan } = asked
  const { projectId, cohortId } = cohort
  const summaries = await ledger.listCohorts(accountId)
  const summary = summaries.find((one) => one.projectId === projectId && one.cohortId === cohortId)
  const approval = await ledger.approveRemovals(accountId, cohort, { plan, at: now() })
  if (approval === 'no-such-plan') return sendProblem(res, notFound('plan'))
  if (approval === 'superseded') return sendProblem(res, superseded(summary?.heldRemovals?.plan))
  const members = summary?.heldRemovals?.members ?? 0
  log.info({ accountId, projectId, cohortId, plan, members }, 'removals.approved')
  onApproval()
  res.json({ members })
}

const superseded = (current: string | undefined): Problem => ({
  status: 409,
  code: 'plan-superseded',
  detail:
    current === undefined
      ? 'A newer sync took the place of this plan; no removals wait.'
      : `A newer sync took the place of this plan. Look at the cohort again; its plan is ${current}.`,
  ...(current !== undefined && { plan: current }),
})

/** The one cohort that is meant; undefined once the caller was told that there is none, or more. */
const onlyCohort = (
  res: Response,
  found: readonly CohortKey[],
  projectId: string | undefined,
): CohortKey | undefined => {
  const cohorts = found.filter((cohort) => projectId === undefined || cohort.projectId === projectId)
  if (cohorts.length === 1) return cohorts[0]
  const projects = cohorts.map((one) => one.projectId).join(', ')
  const isUnknown = cohorts.length === 0
  sendProblem(
    res,
    isUnknown ? notFound('cohort') : invalid([{ field: 'projectId', message: `say which: ${projects}` }]),
  )
  return undefined
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
