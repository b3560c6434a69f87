import type { DestinationView } from '../identity/mapped-properties.ts'
import type { ConfiguredDestination, DestinationUpdate } from './destination-store.ts'

export interface ChangedDestination extends DestinationView {
  readonly sealedSettings: string
  /** True: who a member is there, or what is told of her, may be another. */
  readonly hasNewView: boolean
  /** True: its audiences may be others. */
  readonly hasNewPlace: boolean
}

/** What an update makes of a destination. */
export const changedDestination = (
  stored: ConfiguredDestination,
  update: DestinationUpdate,
): ChangedDestination => {
  const { sealedSettings, identity, properties } = { ...stored, ...update }
  const view = { identity, properties }
  return {
    sealedSettings,
    ...view,
    hasNewView: viewText(view) !== viewText(stored),
    hasNewPlace: update.sealedSettings !== undefined && update.isSamePlace !== true,
  }
}

/** The same for equal views. */
export const viewText = ({ identity, properties }: DestinationView): string =>
  JSON.stringify({ identity, properties })

/** Each view once. */
export const withView = (
  views: readonly DestinationView[],
  { identity, properties }: DestinationView,
): readonly DestinationView[] => {
  const view = { identity, properties }
  return views.some((one) => viewText(one) === viewText(view)) ? views : [...views, view]
}
