import type { Connector, Destination, HttpClient, Logger } from '@cohort-relay/connector-kit'
import type { ConnectedDestination, StoredDestination } from '@cohort-relay/core'
import type { Logger as PinoLogger } from 'pino'
import { discreetDestination } from './discreet-destination.ts'
import { decryptSettings } from './encrypt-settings.ts'
import { secretKeysOf, type ConfiguredSecretKeys } from './secret-keys.ts'

export interface ConnectParts extends ConfiguredSecretKeys {
  readonly connectors: readonly Connector[]
  /** Shared by all, and with it its open connections. */
  readonly http: HttpClient
  readonly log: PinoLogger
  readonly now: () => Date
}

/** Configures a connector. */
export const configureDestination =
  ({ http, log, now }: Pick<ConnectParts, 'http' | 'log' | 'now'>) =>
  (connector: Connector, settings: unknown, destinationId: string): Destination => {
    const bound: Logger = log.child({ destinationId, connector: connector.id })
    const parsed = connector.settings.parse(settings)
    return discreetDestination(connector.connect(parsed, { http, log: bound, now }), connector, parsed)
  }

/** Joins a stored destination with its connector. */
export const connectDestination = (parts: ConnectParts) => {
  const { connectors, log } = parts
  const secretKeys = secretKeysOf(parts)
  const configure = configureDestination(parts)
  return (stored: StoredDestination): ConnectedDestination => {
    const { id, accountId, identity, properties } = stored
    const connector = connectors.find((one) => one.id === stored.connector)
    if (connector === undefined) throw new Error(`There is no connector ${stored.connector} in this program.`)
    const settings = decryptSettings(stored.sealedSettings, secretKeys, { accountId, destinationId: id })
    const destination = configure(connector, settings, id)
    const membersPerCall = Math.min(
      destination.membersPerCall ?? connector.capabilities.membersPerCall,
      connector.capabilities.membersPerCall,
    )
    const view = { identity, properties }
    return { id, accountId, connector: connector.id, destination, membersPerCall, ...view, log }
  }
}
