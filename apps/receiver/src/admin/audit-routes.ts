import type { AuditStore } from '@cohort-relay/core'
import { z } from 'zod'
import { route, type Route } from './route.ts'
import { listQuery, next, time } from './schemas.ts'

export interface AuditRoutesParts {
  readonly audit: AuditStore
}

export const line = z
  .object({
    id: z.int(),
    at: time,
    actor: z.string().meta({ description: 'Name of the token; ADMIN_TOKEN for that of the environment.' }),
    action: z.string().meta({ description: 'The operation of this API, such as accounts.create.' }),
    accountId: z.string().nullable(),
    target: z
      .record(z.string(), z.string())
      .meta({ description: 'Ids that the address named or the call made.' }),
    changes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'Fields of the request by path; null where the value may be secret.' }),
    outcome: z.enum(['asked', 'refused']).meta({
      description:
        'asked: written before anything was done. refused: nothing was done, a line after the first.',
    }),
    problem: z.string().nullable(),
  })
  .meta({ id: 'AuditLine' })

const query = listQuery(1000, 100).extend({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the next of an answer before')
    .exactOptional(),
})
const answers = [
  { status: 200, description: 'Lines, the newest first.', schema: z.object({ lines: z.array(line), next }) },
] as const

/** Who did what, when. */
export const auditRoutes = ({ audit }: AuditRoutesParts): Route[] => {
  const read = async (asked: z.output<typeof query>, accountId?: string) => {
    const { limit, after } = asked
    const of = {
      ...(accountId !== undefined && { accountId }),
      ...(after !== undefined && { after: Number(after) }),
    }
    const lines = await audit.listAudit({ limit, ...of })
    return { body: { lines, next: lines.length < limit ? null : String(lines.at(-1)!.id) } }
  }
  const common = { method: 'get', role: 'viewer', query, answers, problems: [] } as const
  return [
    route({
      ...common,
      id: 'audit.list',
      path: '/audit',
      tag: 'Administration',
      summary: 'Read the audit log',
      description:
        'Every change that was asked for: who, what, when. A line is written before the change is made.',
      role: 'admin',
      handle: (call) => read(call.query),
    }),
    route({
      ...common,
      id: 'accounts.audit',
      path: '/accounts/{accountId}/audit',
      tag: 'Accounts',
      summary: 'Read the audit log of one account',
      handle: (call) => read(call.query, call.account.id),
    }),
  ]
}
