import { setTimeout } from 'node:timers/promises'
import express, { type Express, type Request } from 'express'
import { createDeliveryLog } from './delivery-log.ts'
import { createPartnerLists } from './partner-list.ts'
import { readDelivery } from './read-delivery.ts'

export interface PartnerSettings {
  /** Standard Webhooks secret, `whsec_` and base64. */
  readonly secret: string
  /** Milliseconds before each delivery is answered, as a slow product would. Default 0. */
  readonly latency?: number
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

const signatureHeaders = (req: Request): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, req.get(name) ?? '']),
  )

/** A small partner product with one endpoint for signed changes and four to look inside. Does not listen. */
export const createPartnerApp = ({ secret, latency = 0, wait = setTimeout }: PartnerSettings): Express => {
  const lists = createPartnerLists()
  const log = createDeliveryLog()
  const app = express().disable('x-powered-by')
  app.post('/cohorts', express.text({ type: () => true, limit: '16mb' }), async (req, res) => {
    const body = typeof req.body === 'string' ? req.body : ''
    const result = readDelivery(body, signatureHeaders(req), secret)
    if (latency > 0) await wait(latency)
    if (result.status === 200) {
      if (result.delivery) {
        lists.take(result.delivery)
        log.record(req.get('webhook-id') ?? '', result.delivery)
      } else lists.ping()
      res.status(204).end()
    } else {
      lists.refuse()
      res.status(result.status).json({ reason: result.reason })
    }
  })
  app.get('/lists', (_req, res) => void res.json(lists.counts()))
  app.get('/lists/:projectId/:cohortId/members', (req, res) => {
    res.json(lists.idsOf(req.params.projectId, req.params.cohortId))
  })
  app.get('/calls', (_req, res) => void res.json(lists.calls()))
  app.get('/deliveries', (_req, res) => void res.json(log.entries()))
  return app
}
