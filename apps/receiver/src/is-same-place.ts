import { isDeepStrictEqual } from 'node:util'
import { secretFields, type Connector } from '@cohort-relay/connector-kit'

/** True when nothing but secrets differ: the same place at the partner, as far as settings can tell. */
export const isSamePlace = (connector: Connector, before: unknown, after: unknown): boolean =>
  isDeepStrictEqual(withoutSecrets(connector, before), withoutSecrets(connector, after))

const withoutSecrets = ({ settings: schema }: Connector, settings: unknown): unknown => {
  if (typeof settings !== 'object' || settings === null) return settings
  const secrets = secretFields(schema)
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !secrets.includes(name)))
}
