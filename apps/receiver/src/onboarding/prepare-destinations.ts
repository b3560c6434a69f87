import { hash } from 'node:crypto'
import type { Connector } from '@cohort-relay/connector-kit'
import { joiningProperties, type DestinationView } from '@cohort-relay/core'
import { usualProperties } from '../usual-properties.ts'
import type { AccountAnswer, AnsweredDestination, KnownAccount } from './account-answer.ts'
import type { LookUp } from './deployment.ts'
import { fillTemplates, MissingValueError, type TemplateValues } from './template.ts'

/** A destination as it shall be. */
export interface PreparedDestination extends DestinationView {
  readonly id: string
  readonly connector: Connector
  /** As the connector's schema returned them. */
  readonly settings: unknown
  /** What of the view the service itself named: an existing destination is given it as well. */
  readonly named: Partial<DestinationView>
}

export interface PrepareParts {
  readonly way: LookUp
  readonly answer: AccountAnswer
  readonly accountId: string
  readonly apiKey: string
  readonly connectors: readonly Connector[]
}

type Prepared =
  | { readonly destinations: readonly PreparedDestination[] }
  /** What of the answer cannot be used, by path. */
  | { readonly fields: readonly string[] }

/**
 * The destinations that the answer names, else the one that the deployment's template makes. Ids follow from what the
 * partner calls the account and the destination, so that every process and every key of the account comes to the same.
 */
export const prepareDestinations = (parts: PrepareParts): Prepared => {
  const named = parts.answer.destinations ?? templated(parts)
  if ('fields' in named) return named
  const read = named.map((one, index) => prepareOne(one, `destinations.${index}`, parts))
  const fields = read.flatMap((one) => ('fields' in one ? one.fields : []))
  return fields.length > 0 ? { fields } : { destinations: read.filter((one) => 'id' in one) }
}

/** An id of our own for what the partner calls so. */
export const accountIdOf = ({ id }: Pick<KnownAccount, 'id'>): string => idFrom(['account', id])

const idFrom = (names: readonly string[]): string => {
  const digits = hash('sha256', JSON.stringify(['cohort-relay', ...names]), 'hex')
  // Version 8 of RFC 9562: what the other bits mean is ours to say.
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-')
}

type Named = Omit<AnsweredDestination, 'properties'> & {
  readonly properties?: AnsweredDestination['properties']
}

const templated = ({
  way,
  answer,
  apiKey,
}: PrepareParts): Named[] | { readonly fields: readonly string[] } => {
  const template = way.destination
  if (template === undefined) return { fields: ['destinations'] }
  try {
    const values = { ...accountValues(answer.account), apiKey }
    const settings = fillTemplates(template.settings, values) as Record<string, unknown>
    const { connector, identity, properties } = template
    return [{ id: '1', connector: connector.id, settings, identity: [...identity], properties }]
  } catch (error) {
    if (error instanceof MissingValueError) return { fields: [error.variable] }
    throw error
  }
}

const accountValues = (account: AccountAnswer['account']): TemplateValues =>
  Object.fromEntries(
    Object.entries(account ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[`account.${name}`, String(value)]] : [],
    ),
  )

const prepareOne = (
  { id, connector: connectorId, settings, identity, properties }: Named,
  field: string,
  { connectors, accountId, way, answer }: PrepareParts,
): PreparedDestination | { readonly fields: readonly string[] } => {
  const connector = connectors.find((one) => one.id === connectorId)
  if (connector === undefined) return { fields: [`${field}.connector`] }
  const { data, error } = connector.settings.safeParse(settings)
  if (error !== undefined)
    return { fields: error.issues.map(({ path }) => [field, 'settings', ...path].join('.')) }
  return {
    id: idFrom(['destination', accountId, connectorId, id]),
    connector,
    settings: data,
    identity: identity ?? way.destination?.identity ?? joiningProperties.parse(undefined),
    properties: properties ?? usualProperties(connector),
    named:
      answer.destinations === undefined
        ? {}
        : { ...(identity && { identity }), ...(properties && { properties }) },
  }
}
