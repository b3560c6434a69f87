import type { HalfAction, Sync } from '../intake/place-half.ts'
import type { Half } from '../intake/sync-layers.ts'
import type { PageAction } from '../webhook/cohort-page.ts'

/** A session whose pages are applied on behalf of the one that is being worked on. */
export interface PageSource {
  readonly id: number
  readonly action: PageAction
}

export const otherHalf = (action: HalfAction): HalfAction => (action === 'add' ? 'remove' : 'add')

/** In the order in which they came. */
export const halvesOf = ({ add, remove }: Sync): PageSource[] =>
  [...source(remove, 'remove'), ...source(add, 'add')].toSorted((one, other) => one.id - other.id)

/** Both halves of the sync: the other one may have to be applied again. */
export const sourcesOf = ({ session, action, sync }: Half, kept: readonly Sync[]): PageSource[] => {
  const own = kept.find(({ id }) => id === sync)
  return own === undefined ? source(session, action) : halvesOf(own)
}

const source = (id: number | null, action: PageAction): PageSource[] => (id === null ? [] : [{ id, action }])
