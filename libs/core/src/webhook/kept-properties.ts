import type { AccountSettings } from '../authentication/account-settings.ts'
import type { DestinationView } from '../identity/mapped-properties.ts'

/** Names of a member's id, which is always kept. */
export const idNames: ReadonlySet<string> = new Set(['mixpanel_distinct_id', '$distinct_id'])

/** Which properties of a member the ledger keeps: every one, or these. */
export type KeptProperties = 'all' | ReadonlySet<string>

/** What the destinations of an account look people up by and are sent; everything where somebody asks for all. */
export const keptProperties = (
  { keepProperties }: Pick<AccountSettings, 'keepProperties'>,
  views: readonly DestinationView[],
): KeptProperties => {
  const names = new Set<string>()
  if (keepProperties === 'all') return 'all'
  for (const { identity, properties } of views) {
    if (properties === 'all') return 'all'
    for (const { property } of identity) names.add(property)
    for (const name of properties) names.add(name)
  }
  return names
}

type DatedView = DestinationView & { readonly createdAt: Date }

/** Members recorded up to then may lack something that a destination uses: nothing asked for it before. */
export const completeAfter = (
  settings: Pick<AccountSettings, 'keepProperties'>,
  created: DatedView,
  others: readonly DatedView[],
): Date => {
  if (settings.keepProperties === 'all') return new Date(0)
  const all = [created, ...others].map((view) => ({ names: namesOf(view), from: view.createdAt.getTime() }))
  const wanted = namesOf(created)
  const times =
    wanted === 'all'
      ? [earliest(all.filter(({ names }) => names === 'all'))]
      : [...wanted]
          .filter((name) => !idNames.has(name))
          .map((name) => earliest(all.filter(({ names }) => names === 'all' || names.has(name))))
  return new Date(Math.max(0, ...times))
}

const namesOf = (view: DestinationView): KeptProperties =>
  keptProperties({ keepProperties: 'mapped' }, [view])

const earliest = (dated: readonly { readonly from: number }[]): number =>
  Math.min(...dated.map(({ from }) => from))
