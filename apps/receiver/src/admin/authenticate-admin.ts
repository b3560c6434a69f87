import { hash, timingSafeEqual } from 'node:crypto'
import { parseApiKey, type AdminTokenStore } from '@cohort-relay/core'
import type { Actor } from './route.ts'

/** Who presents this value of the header Authorization; undefined for nobody. Rejects when the store does. */
export type AuthenticateAdmin = (authorization: string | undefined) => Promise<Actor | undefined>

export interface AuthenticateAdminParts {
  /** The token of the environment; null: there is none. */
  readonly adminToken: string | null
  readonly tokens: Pick<AdminTokenStore, 'findAdminToken'>
  readonly now: () => Date
}

/** What the audit log shows for the token of the environment. */
const environmentName = 'ADMIN_TOKEN'

/** Every wrong token costs the same work, whichever it is. */
export const authenticateAdmin = ({ adminToken, tokens, now }: AuthenticateAdminParts): AuthenticateAdmin => {
  // Digests have one length, so that the comparison tells nothing about the token's.
  const expected = digestOf(adminToken ?? '')
  return async (authorization = '') => {
    const [, presented = ''] = /^bearer +(\S{1,4096})$/i.exec(authorization) ?? []
    const digest = digestOf(presented)
    if (timingSafeEqual(digest, expected) && adminToken !== null)
      return { name: environmentName, role: 'admin' }
    const parsed = parseApiKey(presented, 'crt')
    const found = parsed && (await tokens.findAdminToken(parsed.keyId))
    if (found === undefined || !timingSafeEqual(digest, found.hash)) return undefined
    return found.revokedAt !== null && found.revokedAt <= now()
      ? undefined
      : { name: found.name, role: found.role }
  }
}

const digestOf = (token: string): Uint8Array => hash('sha256', token, 'buffer')
