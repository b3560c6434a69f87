import type { RequestHandler } from 'express'
import { createRate } from '../create-rate.ts'
import type { AuthenticateAdmin } from './authenticate-admin.ts'
import { sendProblem, type Problem } from './problem.ts'
import type { AdminLocals } from './serve-route.ts'

export interface AdminDoorParts {
  /** False: every call is answered that the admin API is off. */
  readonly isOpen: boolean
  readonly authenticate: AuthenticateAdmin
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  /** Of one token; 0 turns the limit off. */
  readonly callsPerSecond: number
}

/** Of everybody together, so that no flood of addresses fills the memory. More are told to wait. */
const wrongTokensPerSecond = 20

const unauthorized: Problem = { code: 'unauthorized', headers: { 'www-authenticate': 'Bearer' } }
const tooMany: Problem = { code: 'too-many-requests', headers: { 'retry-after': '1' } }

/** Who may come in: whoever has a token, and not too often. Asked before a body is read. */
export const adminDoor = (
  parts: AdminDoorParts,
): RequestHandler<Record<string, string>, unknown, unknown, unknown, AdminLocals> => {
  const { clock, callsPerSecond } = parts
  const mayCall = createRate({ perSecond: callsPerSecond, clock })
  const mayFail = createRate({ perSecond: wrongTokensPerSecond, clock })
  return async (req, res, next) => {
    if (!parts.isOpen) return sendProblem(res, { code: 'admin-api-off' })
    const actor = await parts.authenticate(req.headers.authorization)
    if (actor === undefined) return sendProblem(res, mayFail('') ? unauthorized : tooMany)
    if (!mayCall(actor.name)) return sendProblem(res, tooMany)
    res.locals.actor = actor
    next()
  }
}
