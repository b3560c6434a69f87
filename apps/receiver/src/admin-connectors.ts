import type { Connector } from '@cohort-relay/connector-kit'
import type { RequestHandler } from 'express'
import { z } from 'zod'

/** GET /connectors: what may be a destination, and which settings each needs. Secret fields are `writeOnly`. */
export const listConnectorsRoute =
  (connectors: readonly Connector[]): RequestHandler =>
  (_req, res) =>
    void res.json({ connectors: connectors.map(describe) })

const describe = ({ id, name, capabilities, settings }: Connector) => ({
  id,
  name,
  capabilities,
  settings: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }),
})
