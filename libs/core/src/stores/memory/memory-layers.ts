import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import type { HalfAction, Sync } from '../../intake/place-half.ts'
import { presentBefore, type MemberLayers } from '../../intake/present-before.ts'
import type { Half } from '../../intake/sync-layers.ts'
import { setPresent, type Effect, type MemoryCohort, type MemorySync } from './memory-cohort.ts'

interface Placing {
  readonly half: Half
  readonly into: Sync | { readonly other: number | null }
  readonly now: Date
}

/** Returns the sync that the half is in now. */
export const place = (cohort: MemoryCohort, { half, into, now }: Placing): number => {
  const isNew = 'other' in into
  const sync = isNew ? open(cohort, half.externalId, now) : cohort.syncs.find(({ id }) => id === into.id)!
  sync[half.action] = half.session
  if (isNew) sync[otherOf(half.action)] = into.other
  return sync.id
}

const otherOf = (action: HalfAction): HalfAction => (action === 'add' ? 'remove' : 'add')

const open = (cohort: MemoryCohort, externalId: string, openedAt: Date): MemorySync => {
  const sync: MemorySync = {
    id: ++cohort.lastSync,
    externalId,
    add: null,
    remove: null,
    uncertain: false,
    doubtfulPage: undefined,
    openedAt,
    wasPresent: new Map(),
  }
  cohort.syncs.push(sync)
  return sync
}

/** A last page that was given up before the sync was known makes it uncertain. */
export const recordDoubt = (
  cohort: MemoryCohort,
  { id }: Sync,
  lastPage: { readonly repeats: number } | undefined,
): void => {
  const sync = cohort.syncs.find((one) => one.id === id)
  if (lastPage === undefined || readRepeat(lastPage.repeats) !== 'given-up') return
  if (sync === undefined) return
  if (!sync.uncertain) Object.assign(sync, { uncertain: true, doubtfulPage: lastPage })
  cohort.reconcileReason = 'acknowledgements-lost'
}

/** What something newer decided of the same member stays; it would have found her as she was before this sync. */
export const takeBack = (cohort: MemoryCohort, id: number, now: Date): Effect[] => {
  const index = cohort.syncs.findIndex((sync) => sync.id === id)
  const [failed] = cohort.syncs.splice(index, 1)
  for (const [member, heldBy] of cohort.held) if (heldBy === id) cohort.held.delete(member)
  return [...failed!.wasPresent].flatMap(([member, present]) => {
    const newer = cohort.syncs.slice(index).find((sync) => sync.wasPresent.has(member))
    newer?.wasPresent.set(member, present)
    return newer === undefined ? [setPresent(cohort, member, { present, at: now })] : []
  })
}

interface Difference {
  readonly id: number
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

export const countMisfits = (
  cohort: MemoryCohort,
  difference: Difference,
  without: readonly Sync[],
): number => {
  const ignored = new Set(without.map((sync) => sync.id))
  const wasPresent = (one: string): boolean => presentBefore(layersOf(cohort, one), difference.id, ignored)
  const present = knownTo(cohort, difference.add).filter(wasPresent).length
  return present + knownTo(cohort, difference.remove).filter((one) => !wasPresent(one)).length
}

const knownTo = (cohort: MemoryCohort, ids: readonly string[]): string[] =>
  [...new Set(ids)].filter((one) => cohort.members.has(one))

/** A removal that waits counts as carried out. */
const layersOf = (cohort: MemoryCohort, id: string): MemberLayers => ({
  layers: cohort.syncs.flatMap((sync) => {
    const wasPresent = sync.wasPresent.get(id) ?? (cohort.held.get(id) === sync.id ? true : undefined)
    return wasPresent === undefined ? [] : [{ sync: sync.id, wasPresent }]
  }),
  isPresent: cohort.members.get(id)?.present === true && !cohort.held.has(id),
})
