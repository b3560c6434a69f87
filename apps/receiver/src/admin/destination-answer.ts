import type { Connector, Destination } from '@cohort-relay/connector-kit'
import type { AccountStore, DestinationStore, StoredDestination } from '@cohort-relay/core'
import type { z } from 'zod'
import { destinationState } from '../destination-state.ts'
import type { SettingsRow } from '../encrypt-settings.ts'
import { checkAccess } from './destination-checks.ts'
import type { destination } from './destination-schemas.ts'
import { maskSettings } from './masked-settings.ts'
import { notFound, type Problem } from './problem.ts'
import type { Call, Handled } from './route.ts'

export interface DestinationRoutesParts {
  readonly accounts: Pick<AccountStore, 'findAccount'>
  readonly destinations: DestinationStore
  readonly connectors: readonly Connector[]
  readonly sealSettings: (settings: unknown, row: SettingsRow) => string
  /** Throws when they cannot be read. */
  readonly openSettings: (sealed: string, row: SettingsRow) => unknown
  /** A configured connector; `settings` are as its schema returned them. */
  readonly connect: (connector: Connector, settings: unknown, destinationId: string) => Destination
  /** Deadline of a check of access. */
  readonly checkSeconds: number
  /** Called when something may have to be delivered. */
  readonly onWork: () => void
}

/** Of one destination. */
export const destinationPath = '/accounts/{accountId}/destinations/{destinationId}'

/** Another account's destination is one that does not exist. */
export const findDestinationOf = async (
  { destinations }: DestinationRoutesParts,
  { account, params }: Call,
): Promise<StoredDestination | undefined> => {
  const found = await destinations.findDestination(params['destinationId']!)
  return found?.accountId === account.id ? found : undefined
}

interface AccessAsked {
  readonly connector: Connector
  readonly settings: unknown
  readonly id: string
  readonly now: Date
}

/** Undefined: the partner accepts the settings. */
export const askPartner = (
  { connect, checkSeconds }: DestinationRoutesParts,
  { connector, settings, id, now }: AccessAsked,
): Promise<Problem | undefined> =>
  checkAccess(connector, connect(connector, settings, id), { checkId: id, now, seconds: checkSeconds })

/** Undefined where this program has no such connector any more. */
export const configurationOf = (
  { connectors, openSettings }: DestinationRoutesParts,
  stored: StoredDestination,
) => {
  const { id: destinationId, accountId, sealedSettings } = stored
  return {
    connector: connectors.find(({ id }) => id === stored.connector),
    settings: openSettings(sealedSettings, { accountId, destinationId }) as Readonly<Record<string, unknown>>,
  }
}

export type DestinationBody = z.input<typeof destination>

export const destinationAnswer = <More extends object>(
  parts: DestinationRoutesParts,
  stored: StoredDestination | undefined,
  more?: More,
): Handled<DestinationBody & More> =>
  stored === undefined
    ? { problem: notFound('destination') }
    : {
        body: { ...destinationSummary(parts, stored), ...more } as DestinationBody & More,
        version: stored.version,
      }

/** Named one by one, so that a store that returns more shows no secret. */
export const destinationSummary = (
  parts: DestinationRoutesParts,
  stored: StoredDestination,
): DestinationBody => {
  const { connector, settings } = configurationOf(parts, stored)
  return {
    id: stored.id,
    connector: stored.connector,
    createdAt: stored.createdAt,
    version: stored.version,
    settings: connector === undefined ? {} : maskSettings(connector, settings),
    identity: [...stored.identity],
    properties: stored.properties === 'all' ? 'all' : [...stored.properties],
    state: destinationState(stored),
    unauthorizedSince: stored.unauthorizedSince,
    pausedSince: stored.pausedSince,
    drainingSince: stored.drainingSince,
  }
}
