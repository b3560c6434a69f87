import type { Logger } from '@cohort-relay/connector-kit'
import express, { type Express, type RequestHandler } from 'express'
import { answerErrors } from './answer-errors.ts'
import { errorFields } from './error-fields.ts'
import { answer } from './mixpanel-answer.ts'
import { notFound, problemOf, sendProblem, statusOf } from './admin/problem.ts'

export interface AppParts {
  readonly cohortWebhook: RequestHandler
  readonly adminApi: RequestHandler
  /** /openapi.json and /docs. */
  readonly documents: RequestHandler
  /** Names of the parts that are not ready; empty when all are. A rejection counts as not ready. */
  readonly notReady: () => Promise<readonly string[]>
  readonly log: Pick<Logger, 'error'>
}

/** The whole service as an Express app that does not listen. */
export const createApp = (parts: AppParts): Express => {
  const app = express()
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple')
  app.post('/webhooks/mixpanel', parts.cohortWebhook)
  app.all('/webhooks/mixpanel', (_req, res) => answer(res, 'not-a-post'))
  app.use('/webhooks', (_req, res) => answer(res, 'unknown-address'))
  app.use(
    '/webhooks',
    answerErrors((res, error) => {
      parts.log.error(errorFields(error), 'request.failed')
      answer(res, 'internal')
    }),
  )
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }))
  app.get('/readyz', readiness(parts))
  app.use('/api', parts.adminApi)
  app.use(parts.documents)
  app.use((_req, res) => sendProblem(res, notFound('address')))
  app.use(
    answerErrors((res, error) => {
      const problem = problemOf(error)
      if (statusOf(problem) >= 500) parts.log.error(errorFields(error), 'request.failed')
      sendProblem(res, problem)
    }),
  )
  return app
}

const readiness =
  ({ notReady, log }: AppParts): RequestHandler =>
  async (_req, res) => {
    try {
      const waitingFor = await notReady()
      if (waitingFor.length === 0) res.json({ status: 'ready' })
      else res.status(503).json({ status: 'not-ready', notReady: waitingFor })
    } catch (error) {
      log.error(errorFields(error), 'readiness.failed')
      res.status(503).json({ status: 'not-ready', notReady: ['readiness check'] })
    }
  }
