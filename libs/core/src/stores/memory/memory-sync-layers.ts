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
    pairing: cohort.pairing,
    syncs: () => cohort.syncs,
    isRoundOf: ({ action, externalId }, sync) => sessions.byId(sync[action])?.externalId === externalId,
    recordDoubt: (sync) =>
      recordDoubt(cohort, sync, pagesOf(Math.max(sync.add ?? 0, sync.remove ?? 0)).at(-1)),
    recordCertain: (succeeded) => {
      for (const { id } of succeeded) cohort.syncs.find((sync) => sync.id === id)!.uncertain = false
    },
    place: (half, into) => void (session.sync = place(cohort, { half, into, now })),
    recordPairing: (pairing) => void (cohort.pairing = pairing),
    takeBack: (failed) => {
      for (const { id } of failed.toReversed()) effects.push(...takeBack(cohort, id, now))
    },
    takeBackSome: () => false,
    applySome: (half) => {
      judgeRemovals()
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
    misfits: (difference, without) =>
      countMisfits(
        cohort,
        { id: difference.id, add: named(difference.add), remove: named(difference.remove) },
        without,
      ),
    recordJudged: () => void (session.judged = true),
    recordReconcile: (reason) => void (cohort.reconcileReason = reason === 'settled' ? null : reason),
    sharesSession: ({ add, remove }) => sessions.byId(add)?.externalId === sessions.byId(remove)?.externalId,
  }
}
