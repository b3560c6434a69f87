import type { Connector } from '@cohort-relay/connector-kit'
import type { DestinationView, JoiningProperty } from '@cohort-relay/core'
import { fieldProblems, type FieldProblem } from './problem.ts'

export interface AskedDestination {
  readonly connector: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly identity: readonly JoiningProperty[]
  readonly properties?: DestinationView['properties'] | undefined
}

export interface CheckedDestination extends DestinationView {
  readonly connector: Connector
  /** As the connector's schema returned them. */
  readonly settings: unknown
}

/** All that is wrong with it, told at once. */
export const checkNewDestination = async (
  asked: AskedDestination,
  connectors: readonly Connector[],
): Promise<CheckedDestination | { readonly problems: readonly FieldProblem[] }> => {
  const connector = connectors.find(({ id }) => id === asked.connector)
  if (connector === undefined) return { problems: [unknownConnector(connectors)] }
  const settings = await connector.settings.safeParseAsync(asked.settings)
  if (settings.error !== undefined) return { problems: fieldProblems(settings.error, 'settings') }
  const { identity, properties = defaultProperties(connector) } = asked
  return { connector, settings: settings.data, identity, properties }
}

const defaultProperties = ({ capabilities }: Connector): DestinationView['properties'] =>
  capabilities.properties === 'all' ? 'all' : []

const unknownConnector = (connectors: readonly Connector[]): FieldProblem => ({
  field: 'connector',
  message: `must be one of: ${connectors.map(({ id }) => id).join(', ')}`,
})
