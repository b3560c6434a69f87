import { hash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { sendProblem, type Problem } from './problem.ts'

const off: Problem = {
  status: 403,
  code: 'admin-api-off',
  detail: 'The admin API is off. Set ADMIN_TOKEN to a secret of at least 16 characters and restart.',
}
const unauthorized: Problem = {
  status: 401,
  code: 'unauthorized',
  detail: 'Send the header "Authorization: Bearer <ADMIN_TOKEN>".',
}

/** Lets a request pass that bears the admin token. Null: no token is configured and nothing passes. */
export const requireAdminToken = (adminToken: string | null): RequestHandler => {
  // Digests have one length, so that the comparison tells nothing about the token's.
  const expected = digestOf(adminToken ?? '')
  return (req, res, next) => {
    if (adminToken === null) {
      sendProblem(res, off)
      return
    }
    const [, presented = ''] = /^bearer +(\S{1,4096})$/i.exec(req.headers.authorization ?? '') ?? []
    if (timingSafeEqual(digestOf(presented), expected)) next()
    else sendProblem(res.setHeader('www-authenticate', 'Bearer'), unauthorized)
  }
}

const digestOf = (token: string): Uint8Array => hash('sha256', token, 'buffer')
