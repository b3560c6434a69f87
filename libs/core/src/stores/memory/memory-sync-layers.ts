import type { SyncLayers } from '../../intake/sync-layers.ts'
import { applyPages } from './apply-memory-pages.ts'
import { countMisfits, place, recordDoubt, takeBack } from './memory-layers.ts'
import type { Effect } from './memory-cohort.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'

interface LayerParts {
  readonly sessions: MemorySessions
  readonly session: MemorySession
  readonly now: Date
  readonly judgeRemovals: () => void
  /** Filled with what is done. */
  readonly effects: Effect[]
}

/** The syncs of one cohort in memory. */
export const memorySyncLayers = (parts: LayerParts): SyncLayers => {
  const { sessions, session, judgeRemovals, now, effects } = parts
  const { cohort } = session
  const pagesOf = (id: number | null) => [...(sessions.byId(id)?.pages.values() ?? [])]
  const named = (id: number | null): string[] =>
    pagesOf(id).flatMap(({ members }) => members.map((member) => member.id))
  return {
    pairing: async () => cohort.pairing,
    syncs: async () => cohort.syncs,
    isRoundOf: async ({ action, externalId }, sync) => sessions.byId(sync[action])?.externalId === externalId,
    recordDoubt: async (sync) =>
      recordDoubt(cohort, sync, pagesOf(Math.max(sync.add ?? 0, sync.remove ?? 0)).at(-1)),
    recordCertain: async (succeeded) => {
      for (const { id } of succeeded) cohort.syncs.find((sync) => sync.id === id)!.uncertain = false
    },
    place: async (half, into) => void (session.sync = place(cohort, { half, into, now })),
    recordPairing: async (pairing) => void (cohort.pairing = pairing),
    takeBack: async (failed) => {
      for (const { id } of failed.toReversed()) effects.push(...takeBack(cohort, id, now))
    },
    takeBackSome: async () => false,
    applySome: async (half) => {
      judgeRemovals()
      const sync = cohort.syncs.find(({ id }) => id === half.sync)
      const halves = sync === undefined ? [session] : [sessions.byId(sync.remove), sessions.byId(sync.add)]
      const inOrder = halves.filter((one) => one !== undefined).toSorted((one, other) => one.id - other.id)
      const done = inOrder.flatMap((one) => applyPages(one, now, sync))
      effects.push(...done)
      return done.length > 0
    },
    applyAgain: async ({ add, remove }) => {
      for (const id of [add, remove])
        for (const page of sessions.byId(id)?.pages.values() ?? []) page.isPending = true
    },
    overlaps: async ({ add, remove }) => {
      const added = new Set(named(add))
      return named(remove).some((id) => added.has(id))
    },
    misfits: async (difference, without) =>
      countMisfits(
        cohort,
        { id: difference.id, add: named(difference.add), remove: named(difference.remove) },
        without,
      ),
    recordJudged: async () => void (session.judged = true),
    recordReconcile: async (reason) => void (cohort.reconcileReason = reason === 'settled' ? null : reason),
    sharesSession: async ({ add, remove }) =>
      sessions.byId(add)?.externalId === sessions.byId(remove)?.externalId,
  }
}
