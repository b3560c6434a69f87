import type { HalfAction } from '../../intake/place-half.ts'
import { presentBefore, type MemberLayers } from '../../intake/present-before.ts'
import type { SyncLayers } from '../../intake/sync-layers.ts'
import { applyPages } from './apply-memory-pages.ts'
import { setPresent, type Effect, type MemoryCohort, type MemorySync } from './memory-cohort.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'

interface LayerParts {
  readonly sessions: MemorySessions
  readonly session: MemorySession
  readonly now: Date
  /** Filled with what is done. */
  readonly effects: Effect[]
}

let lastSync = 0

/** The syncs of one cohort in memory. */
export const memorySyncLayers = ({ sessions, session, now, effects }: LayerParts): SyncLayers => {
  const { cohort } = session
  const named = (id: number | null): string[] =>
    [...(sessions.byId(id)?.pages.values() ?? [])].flatMap(({ members }) =>
      members.map((member) => member.id),
    )
  return {
    pairing: cohort.pairing,
    syncs: () => cohort.syncs,
    isRoundOf: ({ action, externalId }, sync) => sessions.byId(sync[action])?.externalId === externalId,
    recordCertain: (succeeded) => {
      for (const { id } of succeeded) cohort.syncs.find((sync) => sync.id === id)!.uncertain = false
    },
    place: (half, into) => {
      const sync =
        'other' in into ? open(cohort, half.externalId, now) : cohort.syncs.find(({ id }) => id === into.id)!
      sync[half.action] = half.session
      if ('other' in into) sync[otherOf(half.action)] = into.other
      session.sync = sync.id
    },
    recordPairing: (pairing) => void (cohort.pairing = pairing),
    takeBack: (failed) => {
      for (const { id } of failed.toReversed()) effects.push(...takeBack(cohort, id, now))
    },
    takeBackSome: () => false,
    applySome: (half) => {
      const sync = cohort.syncs.find(({ id }) => id === half.sync)
      const halves = sync === undefined ? [session] : [sessions.byId(sync.remove), sessions.byId(sync.add)]
      const inOrder = halves.filter((one) => one !== undefined).toSorted((one, other) => one.id - other.id)
      const done = inOrder.flatMap((one) => applyPages(one, now, sync))
      effects.push(...done)
      return done.length > 0
    },
    applyAgain: ({ add, remove }) => {
      for (const id of [add, remove])
        for (const page of sessions.byId(id)?.pages.values() ?? []) page.isPending = true
    },
    overlaps: ({ add, remove }) => {
      const added = new Set(named(add))
      return named(remove).some((id) => added.has(id))
    },
    misfits: ({ id, add, remove }, without) => {
      const ignored = new Set(without.map((sync) => sync.id))
      const known = (ids: string[]): string[] => [...new Set(ids)].filter((one) => cohort.members.has(one))
      const wasPresent = (one: string): boolean => presentBefore(layersOf(cohort, one), id, ignored)
      const present = known(named(add)).filter(wasPresent).length
      return present + known(named(remove)).filter((one) => !wasPresent(one)).length
    },
    recordJudged: () => void (session.judged = true),
    recordReconcile: (reason) => void (cohort.reconcileReason = reason === 'settled' ? null : reason),
    sharesSession: ({ add, remove }) => sessions.byId(add)?.externalId === sessions.byId(remove)?.externalId,
  }
}

const otherOf = (action: HalfAction): HalfAction => (action === 'add' ? 'remove' : 'add')

const open = (cohort: MemoryCohort, externalId: string, openedAt: Date): MemorySync => {
  const sync = {
    id: ++lastSync,
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

/** What something newer decided of the same member stays; it would have found her as she was before this sync. */
const takeBack = (cohort: MemoryCohort, id: number, now: Date): Effect[] => {
  const index = cohort.syncs.findIndex((sync) => sync.id === id)
  const [failed] = cohort.syncs.splice(index, 1)
  return [...failed!.wasPresent].flatMap(([member, present]) => {
    const newer = cohort.syncs.slice(index).find((sync) => sync.wasPresent.has(member))
    newer?.wasPresent.set(member, present)
    return newer === undefined ? [setPresent(cohort, member, { present, at: now })] : []
  })
}

const layersOf = (cohort: MemoryCohort, id: string): MemberLayers => ({
  layers: cohort.syncs.flatMap((sync) => {
    const wasPresent = sync.wasPresent.get(id)
    return wasPresent === undefined ? [] : [{ sync: sync.id, wasPresent }]
  }),
  isPresent: cohort.members.get(id)?.present === true,
})
