import { randomUUID } from 'node:crypto'
import type { Account, AccountStore, AuditEntry, AuditStore } from '@cohort-relay/core'
import type { Request, RequestHandler, Response } from 'express'
import { auditedChanges, auditedTarget } from './audited-changes.ts'
import { notFound, sendProblem, type Problem } from './problem.ts'
import { readCall } from './read-call.ts'
import { allows } from './roles.ts'
import type { Actor, Answer, Call, Route } from './route.ts'

export interface ServeRouteParts {
  readonly accounts: Pick<AccountStore, 'findAccount'>
  readonly audit: Pick<AuditStore, 'recordAudit'>
  readonly now: () => Date
}

/** Who was let in, for the routes after the door. */
export interface AdminLocals extends Record<string, unknown> {
  actor: Actor
}

/**
 * Role, address, query and body are checked in this order; a change is written to the audit log before it is made, and once
 * more when it was refused.
 */
export const serveRoute =
  (
    route: Route,
    parts: ServeRouteParts,
  ): RequestHandler<Record<string, string>, unknown, unknown, unknown, AdminLocals> =>
  async (req, res) => {
    const { actor } = res.locals
    if (!allows(actor.role, route.role)) return sendProblem(res, forbidden(route))
    const account = await accountOf(req.params, parts)
    if (account === 'unknown') return sendProblem(res, notFound('account'))
    const read = await readCall(route, req as Request)
    if ('problem' in read) return sendProblem(res, read.problem)
    const call = { ...read, actor, account, params: req.params, now: parts.now(), newId: randomUUID() }
    const line = lineOf(route, call, req.body)
    if (route.method !== 'get') await parts.audit.recordAudit(line)
    const handled = await route.handle(call as Call)
    if (handled.problem === undefined) return send(res, route, handled)
    const { code } = handled.problem
    if (route.method !== 'get') await parts.audit.recordAudit({ ...line, outcome: 'refused', problem: code })
    sendProblem(res, handled.problem)
  }

const forbidden = ({ role }: Route): Problem => ({
  code: 'forbidden',
  detail: `This needs a token of the role ${role}.`,
})

/** Undefined where the address names none. */
const accountOf = async (
  { accountId }: Readonly<Record<string, string>>,
  { accounts }: ServeRouteParts,
): Promise<Account | undefined | 'unknown'> =>
  accountId === undefined ? undefined : ((await accounts.findAccount(accountId)) ?? 'unknown')

type AuditedCall = Pick<Call, 'actor' | 'now' | 'newId' | 'params'> & {
  readonly account: Account | undefined
}

const lineOf = (route: Route, call: AuditedCall, body: unknown): AuditEntry => {
  const { accountId, ...named } = call.params
  const created = route.creates === undefined ? {} : { [route.creates]: call.newId }
  return {
    at: call.now,
    actor: call.actor.name,
    action: route.id,
    accountId: accountId ?? (route.creates === 'accountId' ? call.newId : null),
    target: { ...auditedTarget(named), ...created },
    changes: route.body === undefined ? {} : auditedChanges(body, route),
    outcome: 'asked',
    problem: null,
  }
}

const send = (res: Response, { answers }: Route, answer: Answer): void => {
  res.status(answer.status ?? answers[0].status).set('cache-control', 'no-store')
  if (answer.version !== undefined) res.set('etag', `"${answer.version}"`)
  if (answer.body === undefined) res.end()
  else res.json(answer.body)
}
