import type { Logger } from '@cohort-relay/connector-kit'
import { isStale, type CohortKey, type CohortSummary, type Ledger, type Store } from '@cohort-relay/core'
import { z } from 'zod'
import { destinationState } from '../destination-state.ts'
import { cohort, memberPage, membersQuery, projectQuery } from './cohort-schemas.ts'
import { invalid, notFound, type Problem } from './problem.ts'
import { route, type Call, type Handled, type Route } from './route.ts'

export interface CohortRoutesParts {
  readonly ledger: Ledger & Pick<Store, 'approveRemovals'>
  readonly log: Pick<Logger, 'info'>
  /** Called once removals may be carried out. */
  readonly onApproval: () => void
}

const one = '/accounts/{accountId}/cohorts/{cohortId}'
const approved = z.object({ members: z.int().meta({ description: 'How many are removed.' }) })

/** What the ledger holds. */
export const cohortRoutes = (parts: CohortRoutesParts): Route[] => [
  listCohorts(parts),
  readCohort(parts),
  listMembers(parts),
  approveRemovals(parts),
]

const listCohorts = ({ ledger }: CohortRoutesParts): Route =>
  route({
    id: 'cohorts.list',
    method: 'get',
    path: '/accounts/{accountId}/cohorts',
    tag: 'Cohorts',
    summary: 'List the cohorts of an account, with how far each destination is',
    role: 'viewer',
    answers: [{ status: 200, description: 'The cohorts.', schema: z.object({ cohorts: z.array(cohort) }) }],
    problems: [],
    handle: async ({ account, now }) => {
      const cohorts = await ledger.listCohorts(account.id)
      return { body: { cohorts: cohorts.map((found) => summary(found, now)) } }
    },
  })

const readCohort = ({ ledger }: CohortRoutesParts): Route =>
  route({
    id: 'cohorts.read',
    method: 'get',
    path: one,
    tag: 'Cohorts',
    summary: 'Read a cohort',
    role: 'viewer',
    query: projectQuery,
    answers: [{ status: 200, description: 'The cohort.', schema: cohort }],
    problems: [],
    handle: async (call) => {
      const key = await onlyCohort(ledger, call, call.query.projectId)
      if ('problem' in key) return key
      const found = await summaryOf(ledger, call.account.id, key)
      return found === undefined ? { problem: notFound('cohort') } : { body: summary(found, call.now) }
    },
  })

const listMembers = ({ ledger }: CohortRoutesParts): Route =>
  route({
    id: 'cohorts.members',
    method: 'get',
    path: `${one}/members`,
    tag: 'Cohorts',
    summary: 'List who is in a cohort',
    role: 'viewer',
    query: membersQuery,
    answers: [{ status: 200, description: 'One page of members.', schema: memberPage }],
    problems: [],
    handle: async (call) => {
      const { projectId, ...page } = call.query
      const key = await onlyCohort(ledger, call, projectId)
      if ('problem' in key) return key
      const list = await ledger.listMembers(call.account.id, key, page)
      return list === undefined
        ? { problem: notFound('cohort') }
        : { body: { ...list, members: [...list.members] } }
    },
  })

const approveRemovals = (parts: CohortRoutesParts): Route =>
  route({
    id: 'cohorts.approveRemovals',
    method: 'post',
    path: `${one}/approve-removals`,
    tag: 'Cohorts',
    summary: 'Approve removals that wait',
    description:
      'The plan is that of `heldRemovals` of the cohort. A newer sync takes its place; then the answer names the new one.',
    role: 'operator',
    query: projectQuery,
    body: z.strictObject({ plan: z.string().regex(/^\d{1,19}$/, 'must be the plan of heldRemovals') }),
    example: { plan: '17' },
    answers: [{ status: 200, description: 'They are carried out.', schema: approved }],
    problems: ['plan-superseded'],
    audited: ['plan'],
    handle: async (call) => {
      const key = await onlyCohort(parts.ledger, call, call.query.projectId)
      return 'problem' in key ? key : approve(parts, call, { key, plan: call.body.plan })
    },
  })

const approve = async (
  { ledger, log, onApproval }: CohortRoutesParts,
  { account, now, actor }: Call,
  { key, plan }: { readonly key: CohortKey; readonly plan: string },
): Promise<Handled<z.input<typeof approved>>> => {
  const held = (await summaryOf(ledger, account.id, key))?.heldRemovals
  const approval = await ledger.approveRemovals(account.id, key, { plan, at: now, by: actor.name })
  if (approval === 'no-such-plan') return { problem: notFound('plan') }
  if (approval === 'superseded') return { problem: superseded(held?.plan) }
  const members = held?.members ?? 0
  log.info({ accountId: account.id, ...key, plan, members }, 'removals.approved')
  onApproval()
  return { body: { members } }
}

const superseded = (current: string | undefined): Problem => ({
  code: 'plan-superseded',
  detail:
    current === undefined
      ? 'A newer sync took the place of this plan; no removals wait.'
      : `A newer sync took the place of this plan. Look at the cohort again; its plan is ${current}.`,
  ...(current !== undefined && { plan: current }),
})

const summaryOf = async (
  ledger: Ledger,
  accountId: string,
  { projectId, cohortId }: CohortKey,
): Promise<CohortSummary | undefined> => {
  const cohorts = await ledger.listCohorts(accountId)
  return cohorts.find((found) => found.projectId === projectId && found.cohortId === cohortId)
}

/** The one cohort that is meant, or that there is none, or more. */
const onlyCohort = async (
  ledger: Pick<Ledger, 'findCohorts'>,
  { account, params }: Call,
  projectId: string | undefined,
): Promise<CohortKey | { readonly problem: Problem }> => {
  const found = await ledger.findCohorts(account.id, params['cohortId']!)
  const cohorts = found.filter((key) => projectId === undefined || key.projectId === projectId)
  if (cohorts.length === 1) return cohorts[0]!
  if (cohorts.length === 0) return { problem: notFound('cohort') }
  const projects = cohorts.map((key) => key.projectId).join(', ')
  return { problem: invalid([{ field: 'projectId', message: `say which: ${projects}` }]) }
}

/** The cohort's id is Mixpanel's, as in the addresses of this API. */
const summary = (found: CohortSummary, now: Date): z.input<typeof cohort> => {
  const { cohortId, destinations, setAside, ...rest } = found
  return {
    ...rest,
    id: cohortId,
    stale: isStale(found, now),
    setAside: { members: setAside.members, reasons: { ...setAside.reasons } },
    destinations: destinations.map((reached) => ({ ...reached, state: destinationState(reached) })),
  }
}
