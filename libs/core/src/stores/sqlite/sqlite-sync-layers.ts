import type { SyncLayers } from '../../intake/sync-layers.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { halvesOf, otherHalf, sourcesOf, type PageSource } from '../page-source.ts'
import type { RemovalRows } from './removal-rows.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { SyncRows } from './sync-rows.ts'
import type { TakeBackRows } from './take-back-rows.ts'

export interface LayerParts {
  readonly syncs: SyncRows
  readonly backs: TakeBackRows
  readonly removals: RemovalRows
  readonly applyPage: (working: QueuedSession, source: PageSource, tally: CohortTally) => boolean
}

/** The syncs of the cohort that a session belongs to, as the rules of the intake see them. */
export const sqliteSyncLayers = (
  parts: LayerParts,
  session: QueuedSession,
  tally: CohortTally,
): SyncLayers => {
  const { syncs, backs, removals, applyPage } = parts
  const { cohort } = session
  return {
    pairing: async () => syncs.pairing(cohort),
    syncs: async () => syncs.kept(cohort),
    isRoundOf: async ({ action, externalId }, sync) => syncs.externalId(sync[action]) === externalId,
    recordDoubt: async (sync) => {
      if (syncs.recordDoubt(sync)) syncs.recordReconcile(cohort, 'acknowledgements-lost')
    },
    recordCertain: async (succeeded) => succeeded.forEach(({ id }) => syncs.recordCertain(id)),
    place: async (half, into) => {
      const isNew = 'other' in into
      const id = isNew ? syncs.open(cohort, half.externalId, session.now) : into.id
      syncs.assign(id, half.action, half.session)
      syncs.adopt(half.session, id)
      if (isNew && into.other !== null) syncs.assign(id, otherHalf(half.action), into.other)
    },
    recordPairing: async (pairing) => syncs.recordPairing(cohort, pairing),
    takeBack: async (failed) => failed.forEach(({ id }) => syncs.takeBack(id)),
    takeBackSome: async () => backs.takeBackSome(tally),
    applySome: async (half) =>
      removals.judgePages({ ...session, sync: half.sync }, tally) ||
      sourcesOf(half, syncs.kept(cohort)).some((source) => applyPage(session, source, tally)),
    applyAgain: async (sync) => halvesOf(sync).forEach(({ id }) => syncs.applyAgain(id)),
    overlaps: async (sync) => syncs.overlaps(sync),
    misfits: async (difference, without) => syncs.misfits(difference, without),
    recordJudged: async (half) => syncs.recordJudged(half.session),
    recordReconcile: async (reconcile) =>
      syncs.recordReconcile(cohort, reconcile === 'settled' ? null : reconcile),
    sharesSession: async (sync) => syncs.sharesSession(sync),
  }
}
