import type { Sync } from '../../intake/place-half.ts'
import type { Half, SyncLayers } from '../../intake/sync-layers.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { halvesOf, otherHalf, sourcesOf, type PageSource } from '../page-source.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { Queries } from './database.ts'
import { countMisfits, overlaps } from './difference-rows.ts'
import type { RemovalRows } from './removal-rows.ts'
import type { SyncRows } from './sync-rows.ts'
import { takeBackSome } from './take-back-rows.ts'

export interface LayerParts {
  readonly queries: Queries
  readonly syncs: SyncRows
  readonly removals: RemovalRows
  readonly session: QueuedSession
  readonly tally: CohortTally
  /** False when the source has no page left to apply. */
  readonly applyPart: (source: PageSource) => Promise<boolean>
}

/** The syncs of the cohort that a session belongs to, as the rules of the intake see them. */
export const postgresSyncLayers = (parts: LayerParts): SyncLayers => {
  const { queries, syncs, removals, session, tally } = parts
  const { cohort } = session
  return {
    pairing: () => syncs.pairing(cohort),
    syncs: () => syncs.kept(cohort),
    isRoundOf: async ({ action, externalId }, sync) => (await syncs.externalId(sync[action])) === externalId,
    recordDoubt: async (sync) => {
      if (await syncs.recordDoubt(sync)) await syncs.recordReconcile(cohort, 'acknowledgements-lost')
    },
    recordCertain: async (succeeded) => void (await syncs.recordCertain(succeeded)),
    place: (half, into) => place(parts, half, into),
    recordPairing: async (pairing) => void (await syncs.recordPairing(cohort, pairing)),
    takeBack: async (failed) => void (await syncs.takeBack(failed)),
    takeBackSome: () => takeBackSome(queries, tally),
    applySome: async (half) =>
      (await removals.judgePages({ ...session, sync: half.sync }, tally)) ||
      (await applyOne(parts, sourcesOf(half, await syncs.kept(cohort)))),
    applyAgain: async (sync) => void (await syncs.applyAgain(halvesOf(sync).map(({ id }) => id))),
    overlaps: (sync) => overlaps(queries, sync),
    misfits: (difference, without) => countMisfits(queries, { difference, cohort }, without),
    recordJudged: async (half) => void (await syncs.recordJudged(half.session)),
    recordReconcile: async (reconcile) =>
      void (await syncs.recordReconcile(cohort, reconcile === 'settled' ? null : reconcile)),
    sharesSession: (sync) => syncs.sharesSession(sync),
  }
}

const place = async (
  { syncs, session }: LayerParts,
  half: Half,
  into: Sync | { readonly other: number | null },
): Promise<void> => {
  const isNew = 'other' in into
  const id = isNew ? await syncs.open(session.cohort, half.externalId, session.now) : into.id
  await syncs.assign(id, half.action, half.session)
  await syncs.adopt(half.session, id)
  if (isNew && into.other !== null) await syncs.assign(id, otherHalf(half.action), into.other)
}

const applyOne = async ({ applyPart }: LayerParts, sources: readonly PageSource[]): Promise<boolean> => {
  for (const one of sources) if (await applyPart(one)) return true
  return false
}
