import { randomUUID } from 'node:crypto'
import type { Connector } from '@cohort-relay/connector-kit'
import {
  joiningProperties,
  mappedProperties,
  type CreatedDestination,
  type DestinationView,
} from '@cohort-relay/core'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { destinationState } from './destination-state.ts'
import { fieldProblems, invalid, sendProblem, type FieldProblem } from './problem.ts'

/** A destination to be stored. The settings hold secrets. */
export interface NewDestination extends DestinationView {
  readonly id: string
  readonly accountId: string
  readonly connector: string
  /** As the connector's schema returned them. */
  readonly settings: unknown
  readonly createdAt: Date
}

interface DestinationSummary extends DestinationView {
  readonly id: string
  readonly connector: string
  readonly createdAt: Date
  /** Since when the partner refuses the credentials; null when it does not. */
  readonly unauthorizedSince: Date | null
  readonly pausedSince: Date | null
  readonly drainingSince: Date | null
}

export interface AdminDestinationsParts {
  readonly destinations: {
    createDestination(destination: NewDestination): Promise<CreatedDestination>
    listDestinations(accountId: string): Promise<readonly DestinationSummary[]>
  }
  readonly connectors: readonly Connector[]
  readonly now: () => Date
}

type Checked = Pick<NewDestination, 'connector' | 'settings' | 'identity' | 'properties'>
type AccountRoute = RequestHandler<{ accountId: string }>

const newDestination = z.strictObject({
  connector: z.string(),
  settings: z.record(z.string(), z.unknown()),
  identity: joiningProperties,
  properties: mappedProperties.optional(),
})

/** POST /accounts/:accountId/destinations. No answer ever holds the settings. */
export const createDestinationRoute =
  ({ destinations, connectors, now }: AdminDestinationsParts): AccountRoute =>
  async (req, res) => {
    const checked = await check(req.body ?? {}, connectors)
    if ('problems' in checked) {
      sendProblem(res, invalid(checked.problems))
      return
    }
    const { accountId } = req.params
    const destination = { id: randomUUID(), accountId, createdAt: now(), ...checked }
    const { needsFullSync } = await destinations.createDestination(destination)
    res.status(201).json({ ...summary({ ...destination, ...untouched }), needsFullSync })
  }

/** GET /accounts/:accountId/destinations. */
export const listDestinationsRoute =
  ({ destinations }: AdminDestinationsParts): AccountRoute =>
  async (req, res) => {
    const found = await destinations.listDestinations(req.params.accountId)
    res.json({ destinations: found.map(summary) })
  }

const untouched = { unauthorizedSince: null, pausedSince: null, drainingSince: null }

/** Named one by one, so that a store that returns more shows no secret. */
const summary = (destination: DestinationSummary) => {
  const { id, connector, identity, properties, createdAt } = destination
  const { unauthorizedSince, pausedSince, drainingSince } = destination
  const times = { unauthorizedSince, pausedSince, drainingSince }
  return { id, connector, identity, properties, createdAt, state: destinationState(times), ...times }
}

const check = async (
  body: unknown,
  connectors: readonly Connector[],
): Promise<Checked | { problems: FieldProblem[] }> => {
  const { data, error } = newDestination.safeParse(body)
  const named = nameAndSettings.safeParse(body).data
  const connector = connectors.find(({ id }) => id === named?.connector)
  const problems = error === undefined ? [] : fieldProblems(error)
  if (connector === undefined) {
    if (named?.connector !== undefined) problems.push(unknownConnector(connectors))
    return { problems }
  }
  const settings = await connector.settings.safeParseAsync(named?.settings ?? {})
  if (settings.error !== undefined) problems.push(...fieldProblems(settings.error, 'settings'))
  if (data === undefined || problems.length > 0) return { problems }
  const { identity, properties = defaultProperties(connector) } = data
  return { connector: connector.id, settings: settings.data, identity, properties }
}

const defaultProperties = ({ capabilities }: Connector): DestinationView['properties'] =>
  capabilities.properties === 'all' ? 'all' : []

// Read apart from the rest, so that all problems are told at once.
const nameAndSettings = z.object({
  connector: z.string().optional().catch(undefined),
  settings: z.record(z.string(), z.unknown()).catch({}),
})

const unknownConnector = (connectors: readonly Connector[]): FieldProblem => ({
  field: 'connector',
  message: `must be one of: ${connectors.map(({ id }) => id).join(', ')}`,
})
