import type { Connector } from '@cohort-relay/connector-kit'
import type {
  DestinationUpdate,
  JoiningProperty,
  DestinationView,
  StoredDestination,
} from '@cohort-relay/core'
import type { DestinationRoutesParts } from './destination-answer.ts'
import { isSamePlace } from '../is-same-place.ts'
import { missingConnector } from './destination-checks.ts'
import { mergeSettings } from './masked-settings.ts'
import { fieldProblems, invalid, notFound, type Problem } from './problem.ts'

export interface AskedUpdate {
  readonly body: {
    readonly settings?: Readonly<Record<string, unknown>> | undefined
    readonly identity?: readonly JoiningProperty[] | undefined
    readonly properties?: DestinationView['properties'] | undefined
  }
  readonly ifMatch: number | undefined
  readonly now: Date
  readonly verify: (connector: Connector, settings: unknown) => Promise<Problem | undefined>
}

type Parts = Pick<DestinationRoutesParts, 'destinations' | 'connectors' | 'sealSettings' | 'openSettings'>
type Settled = Pick<DestinationUpdate, 'sealedSettings' | 'isSamePlace'>

/** Undefined: it is changed. Settings are merged into those that were read, so another change meanwhile refuses this one. */
export const changeDestination = async (
  parts: Parts,
  found: StoredDestination,
  asked: AskedUpdate,
): Promise<Problem | undefined> => {
  if (found.drainingSince !== null) return { code: 'deleting' }
  const { body, ifMatch, now } = asked
  const settled = await settle(parts, found, asked)
  if ('code' in settled) return settled
  const { identity, properties } = body
  const version = ifMatch ?? (body.settings === undefined ? undefined : found.version)
  const result = await parts.destinations.updateDestination(found.accountId, found.id, {
    at: now,
    ...settled,
    ...(version !== undefined && { version }),
    ...(identity !== undefined && { identity }),
    ...(properties !== undefined && { properties }),
  })
  if (result === 'unknown') return notFound('destination')
  return result === 'changed-meanwhile' ? { code: 'changed-meanwhile' } : undefined
}

/** The settings to store, encrypted; nothing when none were named. */
const settle = async (
  parts: Parts,
  found: StoredDestination,
  asked: AskedUpdate,
): Promise<Settled | Problem> => {
  const { settings: change } = asked.body
  if (change === undefined) return {}
  const connector = parts.connectors.find(({ id }) => id === found.connector)
  if (connector === undefined) return missingConnector(found)
  const row = { accountId: found.accountId, destinationId: found.id }
  const before = parts.openSettings(found.sealedSettings, row) as Readonly<Record<string, unknown>>
  const checked = await connector.settings.safeParseAsync(mergeSettings(connector, before, change))
  if (checked.error !== undefined) return invalid(fieldProblems(checked.error, 'settings'))
  const after = checked.data as Readonly<Record<string, unknown>>
  const problem = await asked.verify(connector, after)
  if (problem !== undefined) return problem
  return {
    sealedSettings: parts.sealSettings(after, row),
    isSamePlace: isSamePlace(connector, before, after),
  }
}
