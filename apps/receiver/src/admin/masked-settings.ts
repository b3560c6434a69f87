import { secretFields, type Connector } from '@cohort-relay/connector-kit'

/** Stands for a secret that is set. Sent back, it means: leave it as it is. */
export const mask = '********'

type Settings = Readonly<Record<string, unknown>>

/** Settings as they may be shown. */
export const maskSettings = ({ settings: schema }: Connector, settings: Settings): Settings => {
  const secrets = new Set(secretFields(schema))
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, secrets.has(name) ? mask : value]),
  )
}

/** What is named changes, null takes an optional setting away, a mask leaves its secret as it is. */
export const mergeSettings = (
  { settings: schema }: Connector,
  current: Settings,
  change: Settings,
): Settings => {
  const secrets = new Set(secretFields(schema))
  const merged = new Map(Object.entries(current))
  for (const [name, value] of Object.entries(change)) {
    if (value === mask && secrets.has(name)) continue
    if (value === null) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}
