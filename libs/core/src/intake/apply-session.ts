import type { PageAction } from '../webhook/cohort-page.ts'
import { applyHalf } from './apply-half.ts'
import type { Half, SyncLayers } from './sync-layers.ts'

/** `more`: call again. `waiting`: more pages may come. `finished`: the session is in the ledger. */
export type Progress = 'more' | 'waiting' | 'finished'

/** A session that is being applied, as it is now. */
interface ApplyingSession {
  readonly id: number
  /** Null for pages that came without one. */
  readonly sessionId: string | null
  readonly action: PageAction
  /** False while pages of it may still come. */
  readonly whole: boolean
  /** The sync by difference it was placed into; null before, and for full sets. */
  readonly sync: number | null
  /** True once the sync of which it is the second half was judged for good. */
  readonly judged: boolean
  /** True when its account's `members` only adds. */
  readonly merges: boolean
}

/** What a store does to its ledger for one session. Whatever may be large is done some at a time. */
export interface SessionWork {
  current(): Promise<ApplyingSession>
  /** The syncs of the cohort, for a half of one of them. */
  layers(half: Half): Promise<SyncLayers>
  /** True when it took some back of syncs that failed; false when nothing is left to take back. */
  takeBackSome(): Promise<boolean>
  /** True while it is not known whether the session's removals have to wait for approval. */
  judgePages(): Promise<boolean>
  /** True when it applied some pages; false when all are applied. */
  applySome(): Promise<boolean>
  /** True when it forgot some removals that waited before this full set; false when none is left. */
  forgetOlderRemovals(): Promise<boolean>
  /** True when no member is left that the full set does not name, but those who have to wait. */
  removeSomeLeavers(): Promise<boolean>
  /** The state of the cohort is Mixpanel's: nothing before can be taken back any more. */
  forgetSyncs(): Promise<void>
  recordReconciled(): Promise<void>
}

/** One bounded part of applying a session. Safe to repeat after a crash. */
export const applySession = async (work: SessionWork): Promise<Progress> => {
  const { id, sessionId, action, whole, sync, judged, merges } = await work.current()
  // What was begun as half of a sync is ended as one, whatever the setting has become.
  const isAlone = sessionId === null || (merges && sync === null)
  if (action === 'replace' || isAlone)
    return replace(work, { whole, isFullSet: action === 'replace' && !merges })
  const half: Half = { session: id, externalId: sessionId, action, whole, sync, judged }
  return applyHalf(half, await work.layers(half))
}

/** A full set, a page without a session, or anything of an account that merges: what came before stands. */
const replace = async (
  work: SessionWork,
  { whole, isFullSet }: { readonly whole: boolean; readonly isFullSet: boolean },
): Promise<Progress> => {
  if ((await work.takeBackSome()) || (await work.judgePages()) || (await work.applySome())) return 'more'
  if (!whole) return 'waiting'
  if (isFullSet && ((await work.forgetOlderRemovals()) || !(await work.removeSomeLeavers()))) return 'more'
  await work.forgetSyncs()
  if (isFullSet) await work.recordReconciled()
  return 'finished'
}
