import { randomBytes } from 'node:crypto'
import { generateApiKey, type AdminToken, type AdminTokenStore } from '@cohort-relay/core'
import { z } from 'zod'
import { notFound } from './problem.ts'
import { route, type Route } from './route.ts'
import { label, role, time } from './schemas.ts'

export interface TokenRoutesParts {
  readonly tokens: AdminTokenStore
}

export const token = z
  .object({
    id: z.string().meta({ description: 'The public part of the token.' }),
    name: z.string(),
    role,
    createdAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: 'Token', description: 'A named way into this API.' })

/** Named tokens of the admin API itself. */
export const tokenRoutes = (parts: TokenRoutesParts): Route[] => [
  createToken(parts),
  listTokens(parts),
  revokeToken(parts),
]

const createToken = ({ tokens }: TokenRoutesParts): Route =>
  route({
    id: 'tokens.create',
    method: 'post',
    path: '/tokens',
    tag: 'Administration',
    summary: 'Make a named token for this API',
    description: 'The token is in this answer and nowhere else. The audit log shows its name.',
    role: 'admin',
    body: z.strictObject({ name: label, role }),
    example: { name: 'Ann, support', role: 'operator' },
    answers: [
      {
        status: 201,
        description: 'The token.',
        schema: token.extend({ token: z.string().meta({ description: 'Shown here and never again.' }) }),
      },
    ],
    problems: [],
    audited: ['name', 'role'],
    showsSecret: true,
    handle: async ({ body, now }) => {
      const { key, keyId: id, secretHash: hash } = generateApiKey(randomBytes, 'crt')
      const made: AdminToken = { id, ...body, hash, createdAt: now, revokedAt: null }
      await tokens.addAdminToken(made)
      return { body: { ...summary(made), token: key } }
    },
  })

const listTokens = ({ tokens }: TokenRoutesParts): Route =>
  route({
    id: 'tokens.list',
    method: 'get',
    path: '/tokens',
    tag: 'Administration',
    summary: 'List the named tokens',
    description: 'All there ever were, the oldest first, without the tokens themselves.',
    role: 'admin',
    answers: [{ status: 200, description: 'The tokens.', schema: z.object({ tokens: z.array(token) }) }],
    problems: [],
    handle: async () => ({ body: { tokens: (await tokens.listAdminTokens()).map(summary) } }),
  })

const revokeToken = ({ tokens }: TokenRoutesParts): Route =>
  route({
    id: 'tokens.revoke',
    method: 'delete',
    path: '/tokens/{tokenId}',
    tag: 'Administration',
    summary: 'Revoke a named token',
    description: 'It opens nothing from the next call on. Safe to repeat.',
    role: 'admin',
    answers: [{ status: 204, description: 'It is revoked.' }],
    problems: [],
    handle: async ({ params, now }) =>
      (await tokens.revokeAdminToken(params['tokenId']!, now)) ? {} : { problem: notFound('token') },
  })

/** Named one by one: the hash of a token is nobody's business. */
const summary = ({ id, name, role: of, createdAt, revokedAt }: AdminToken): z.input<typeof token> => ({
  id,
  name,
  role: of,
  createdAt,
  revokedAt,
})
