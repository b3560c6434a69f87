import type { AdminTokenStore, AuditStore } from '@cohort-relay/core'
import express, { Router, type RequestHandler } from 'express'
import { accountRoutes, type AccountRoutesParts } from './account-routes.ts'
import { adminDoor, type AdminDoorParts } from './admin-door.ts'
import { auditRoutes } from './audit-routes.ts'
import { authenticateAdmin } from './authenticate-admin.ts'
import { cohortRoutes, type CohortRoutesParts } from './cohort-routes.ts'
import { connectorRoutes } from './connector-routes.ts'
import type { DestinationRoutesParts } from './destination-answer.ts'
import { destinationControlRoutes } from './destination-control-routes.ts'
import { destinationRoutes } from './destination-routes.ts'
import { keyRoutes, type KeyRoutesParts } from './key-routes.ts'
import { notFound, sendProblem } from './problem.ts'
import type { Route } from './route.ts'
import { secretRoutes, type SecretRoutesParts } from './secret-routes.ts'
import { serveRoute, type ServeRouteParts } from './serve-route.ts'
import { tokenRoutes } from './token-routes.ts'

export interface AdminApiParts
  extends
    Omit<AccountRoutesParts, 'accounts'>,
    Omit<DestinationRoutesParts, 'accounts'>,
    CohortRoutesParts,
    KeyRoutesParts,
    Pick<SecretRoutesParts, 'secretKeys' | 'resealShared'>,
    Pick<ServeRouteParts, 'now'>,
    Pick<AdminDoorParts, 'clock' | 'callsPerSecond'> {
  /** Null: every route answers that the admin API is off. */
  readonly adminToken: string | null
  readonly tokens: AdminTokenStore
  readonly audit: AuditStore
}

/** Every operation of the admin API. */
export const adminRoutesOf = (parts: AdminApiParts): readonly Route[] => [
  ...accountRoutes(parts),
  ...keyRoutes(parts),
  ...connectorRoutes(parts.connectors),
  ...destinationRoutes(parts),
  ...destinationControlRoutes(parts),
  ...cohortRoutes(parts),
  ...tokenRoutes(parts),
  ...secretRoutes(parts),
  ...auditRoutes(parts),
]

/** The routes under /api. The token is checked before a body is read. */
export const createAdminApi = (
  parts: AdminApiParts,
  routes: readonly Route[] = adminRoutesOf(parts),
): Router => {
  const { adminToken, tokens, now, clock, callsPerSecond } = parts
  const router = Router({ caseSensitive: true })
  const authenticate = authenticateAdmin({ adminToken, tokens, now })
  router.use(adminDoor({ isOpen: adminToken !== null, authenticate, clock, callsPerSecond }))
  router.use(refuseNul)
  router.use(express.json({ limit: '100kb', type: () => true }))
  for (const route of routes) router[route.method](expressPath(route.path), serveRoute(route, parts))
  for (const [path, methods] of methodsByPath(routes)) router.all(expressPath(path), refuseMethod(methods))
  return router
}

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

/** No name of ours holds a NUL, and not every database can be asked for one. */
const refuseNul: RequestHandler = (req, res, next) => {
  if (/%00/.test(req.url)) sendProblem(res, notFound('address'))
  else next()
}

const methodsByPath = (routes: readonly Route[]): Map<string, string[]> =>
  new Map(
    Object.entries(Object.groupBy(routes, ({ path }) => path)).map(([path, found = []]) => [
      path,
      found.map(({ method }) => method.toUpperCase()),
    ]),
  )

const refuseMethod =
  (methods: readonly string[]): RequestHandler =>
  (_req, res) =>
    sendProblem(res, { code: 'method-not-allowed', headers: { allow: methods.join(', ') } })
