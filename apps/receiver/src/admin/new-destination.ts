import type { Connector } from '@cohort-relay/connector-kit'
import type { DestinationView, JoiningProperty } from '@cohort-relay/core'
import { z } from 'zod'
import { usualProperties } from '../usual-properties.ts'
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
  const { identity, properties = usualProperties(connector) } = asked
  return { connector, settings: settings.data, identity, properties }
}

const oneOf = (connectors: readonly Connector[]): string =>
  `must be one of: ${connectors.map(({ id }) => id).join(', ')}`

const unknownConnector = (connectors: readonly Connector[]): FieldProblem => ({
  field: 'connector',
  message: oneOf(connectors),
})

/** Of a body: what is none of these is refused before anything of it is written down. */
export const knownConnector = (connectors: readonly Connector[]) =>
  z.string().refine((id) => connectors.some((connector) => connector.id === id), oneOf(connectors))

/** Of all connectors, as paths of a body. */
export const settingNames = (connectors: readonly Connector[]): readonly string[] =>
  connectors.flatMap(({ settings }) =>
    Object.keys(z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }).properties ?? {}).map(
      (name) => `settings.${name}`,
    ),
  )
