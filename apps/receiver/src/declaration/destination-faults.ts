import { z } from 'zod'
import type { ToldConnector } from '../command-line/api-types.ts'
import {
  fieldsOf,
  fillIn,
  settingsFaults,
  unsetFaults,
  type FieldFault,
  type Variables,
} from '../command-line/fill-in.ts'
import type { Declaration } from './declaration-schema.ts'

/** What is wrong with the destinations, as the connectors of the server have it. */
export const destinationFaults = (
  { accounts }: Declaration,
  connectors: readonly ToldConnector[],
  variables: Variables,
): FieldFault[] =>
  accounts.flatMap(({ destinations }, account) =>
    destinations.flatMap(({ connector: id, settings }, index) => {
      const path = `accounts.${account}.destinations.${index}`
      const connector = connectors.find((one) => one.id === id)
      if (connector === undefined) return [unknownConnector(path, connectors)]
      const open = openSettings(connector, settings)
      const unset = unsetFaults(open, `${path}.settings`, variables)
      return [
        ...settingsFaults(connector, settings, `${path}.settings`),
        ...unset,
        ...(unset.length > 0
          ? []
          : typeFaults(connector, fillIn(open, variables) as object, `${path}.settings`)),
      ]
    }),
  )

/** Those that are not secret, and can be compared. */
export const openSettings = (
  connector: ToldConnector,
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const fields = fieldsOf(connector)
  return Object.fromEntries(Object.entries(settings).filter(([name]) => fields.get(name)?.isSecret !== true))
}

const unknownConnector = (path: string, connectors: readonly ToldConnector[]): FieldFault => ({
  path: `${path}.connector`,
  message: `must be one of: ${connectors.map((one) => one.id).join(', ')}`,
})

/** Null takes an optional setting away. */
const typeFaults = ({ settings }: ToldConnector, open: object, path: string): FieldFault[] => {
  const { properties = {} } = settings as { properties?: Record<string, z.core.JSONSchema.JSONSchema> }
  return Object.entries(open).flatMap(([name, value]) => {
    const schema = properties[name]
    if (schema === undefined || value === null) return []
    const { error } = z.fromJSONSchema(schema).safeParse(value)
    return (error?.issues ?? []).map((issue) => ({
      path: [path, name, ...issue.path.map(String)].join('.'),
      message: issue.message,
    }))
  })
}
