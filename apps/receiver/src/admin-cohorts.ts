import type { RequestHandler } from 'express'
import { z } from 'zod'
import { fieldProblems, invalid, notFound, sendProblem } from './problem.ts'

export interface CohortSummary {
  readonly projectId: string
  readonly id: string
  readonly name: string
  readonly members: number
  readonly lastSyncAt: Date | null
  /** True while pages of an unfinished export wait for the rest. */
  readonly openSession: boolean
  readonly destinations: readonly {
    readonly id: string
    readonly connector: string
    readonly state: string
    readonly owed: number
    readonly delivered: number
    readonly failed: number
  }[]
}

export interface MemberList {
  readonly members: readonly { readonly id: string; readonly since: Date | null }[]
  /** What to send as `after` to go on; null at the end. */
  readonly next: string | null
}

export interface AdminCohortsParts {
  readonly ledger: {
    listCohorts(accountId: string): Promise<readonly CohortSummary[]>
    listMembers(
      accountId: string,
      cohort: { projectId?: string; cohortId: string },
      page: { after?: string; limit: number },
    ): Promise<MemberList | undefined>
  }
}

const memberQuery = z.strictObject({
  projectId: z.string().max(1024).exactOptional(),
  after: z.string().max(4096).exactOptional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
})

/** GET /accounts/:accountId/cohorts. */
export const listCohortsRoute =
  ({ ledger }: AdminCohortsParts): RequestHandler<{ accountId: string }> =>
  async (req, res) => {
    res.json({ cohorts: await ledger.listCohorts(req.params.accountId) })
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
    const projects = projectsOf(await ledger.listCohorts(accountId), cohortId, projectId)
    const [onlyProject] = projects
    if (projects.length > 1) {
      sendProblem(res, invalid([{ field: 'projectId', message: `say which: ${projects.join(', ')}` }]))
      return
    }
    const cohort = { projectId: onlyProject ?? '', cohortId }
    const list = onlyProject === undefined ? undefined : await ledger.listMembers(accountId, cohort, page)
    if (list === undefined) sendProblem(res, notFound('cohort'))
    else res.json(list)
  }

const projectsOf = (
  cohorts: readonly CohortSummary[],
  cohortId: string,
  projectId: string | undefined,
): string[] =>
  cohorts
    .filter((cohort) => cohort.id === cohortId && (projectId === undefined || cohort.projectId === projectId))
    .map((cohort) => cohort.projectId)
