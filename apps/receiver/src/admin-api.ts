import express, { Router, type RequestHandler } from 'express'
import {
  changeAccountRoute,
  createAccountRoute,
  listAccountsRoute,
  readAccountRoute,
  requireAccount,
  type AdminAccountsParts,
} from './admin-accounts.ts'
import { requireAdminToken } from './admin-authentication.ts'
import {
  approveRemovalsRoute,
  listCohortsRoute,
  listMembersRoute,
  type AdminCohortsParts,
} from './admin-cohorts.ts'
import {
  createDestinationRoute,
  listDestinationsRoute,
  type AdminDestinationsParts,
} from './admin-destinations.ts'
import { listConnectorsRoute } from './admin-connectors.ts'
import { createKeyRoute, listKeysRoute, revokeKeyRoute, rotateKeyRoute } from './admin-keys.ts'
import { notFound, sendProblem } from './problem.ts'

/** No name of ours holds a NUL, and not every database can be asked for one. */
const refuseNul: RequestHandler = (req, res, next) => {
  if (/%00/.test(req.url)) sendProblem(res, notFound('address'))
  else next()
}

export interface AdminApiParts extends AdminAccountsParts, AdminDestinationsParts, AdminCohortsParts {
  /** Null: every route answers that the admin API is off. */
  readonly adminToken: string | null
}

/** The routes under /api. The token is checked before a body is read. */
export const createAdminApi = (parts: AdminApiParts): Router => {
  const router = Router({ caseSensitive: true })
  router.use(requireAdminToken(parts.adminToken))
  router.use(refuseNul)
  router.use(express.json({ limit: '100kb', type: () => true }))
  router.get('/connectors', listConnectorsRoute(parts.connectors))
  router.get('/accounts', listAccountsRoute(parts))
  router.post('/accounts', createAccountRoute(parts))
  router.use('/accounts/:accountId', requireAccount(parts))
  router.get('/accounts/:accountId', readAccountRoute(parts))
  router.patch('/accounts/:accountId', changeAccountRoute(parts))
  router.get('/accounts/:accountId/keys', listKeysRoute(parts))
  router.post('/accounts/:accountId/keys', createKeyRoute(parts))
  router.delete('/accounts/:accountId/keys/:keyId', revokeKeyRoute(parts))
  router.post('/accounts/:accountId/keys/:keyId/rotate', rotateKeyRoute(parts))
  router.post('/accounts/:accountId/destinations', createDestinationRoute(parts))
  router.get('/accounts/:accountId/destinations', listDestinationsRoute(parts))
  router.get('/accounts/:accountId/cohorts', listCohortsRoute(parts))
  router.get('/accounts/:accountId/cohorts/:cohortId/members', listMembersRoute(parts))
  router.post('/accounts/:accountId/cohorts/:cohortId/approve-removals', approveRemovalsRoute(parts))
  return router
}
