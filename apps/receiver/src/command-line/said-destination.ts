import type { Said } from './api-command.ts'
import type { ToldDestination } from './api-types.ts'
import { renderFields } from './render-table.ts'
import { shownText, shownTime } from './shown.ts'

/** A destination as the API tells it, and for people. */
export const saidDestination = (destination: ToldDestination, first = ''): Said => ({
  json: destination,
  text: `${first}${renderFields([
    ['id', destination.id],
    ['connector', destination.connector],
    ['created', `${shownTime(destination.createdAt)} UTC`],
    ['state', stateOf(destination)],
    ...Object.entries(destination.settings).map(([name, value]) => [name, valueText(value)] as const),
    ['identity', destination.identity.map(identityText).join(', ')],
    ['properties', propertiesText(destination.properties)],
  ])}`,
})

const stateOf = ({ state, pausedSince, unauthorizedSince, drainingSince }: ToldDestination): string => {
  const since = {
    paused: pausedSince,
    unauthorized: unauthorizedSince,
    draining: drainingSince,
    active: null,
  }[state]
  return since === null ? state : `${state} since ${shownTime(since)} UTC`
}

const valueText = (value: unknown): string =>
  shownText(typeof value === 'string' ? value : JSON.stringify(value))

const identityText = ({ property, kind }: ToldDestination['identity'][number]): string =>
  `${shownText(property)} (${kind})`

export const propertiesText = (properties: ToldDestination['properties']): string => {
  if (properties === 'all') return 'all'
  return properties.length === 0 ? 'none' : properties.map(shownText).join(', ')
}
