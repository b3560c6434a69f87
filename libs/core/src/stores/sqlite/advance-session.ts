import { applyHalf } from '../../intake/apply-half.ts'
import type { Half } from '../../intake/sync-layers.ts'
import type { LeaverRows } from './leaver-rows.ts'
import type { CohortTally } from './member-rows.ts'
import type { QueuedSession, SessionQueue } from './session-queue.ts'
import { sqliteSyncLayers, type LayerParts } from './sqlite-sync-layers.ts'

/** `waiting`: more pages may come. `finished`: the session is in the ledger. */
export type Progress = 'more' | 'waiting' | 'finished'

export interface AdvanceParts extends LayerParts {
  readonly queue: SessionQueue
  readonly leavers: LeaverRows
}

/** One small part of applying a session. */
export const advanceSession = ({ queue, leavers, ...layerParts }: AdvanceParts) => {
  const { syncs, backs, removals, applyPage } = layerParts

  /** A full set, a page without a session, or anything of an account that merges: what came before can no longer be taken back. */
  const replace = (session: QueuedSession, tally: CohortTally): Progress => {
    if (
      backs.takeBackSome(tally) ||
      removals.judgePages(session, tally) ||
      applyPage(session, session, tally)
    )
      return 'more'
    if (!session.whole) return 'waiting'
    const isFullSet = session.action === 'replace' && session.settings.membersAction === 'replace'
    if (isFullSet && (removals.forgetOlder(session, tally) || !leavers.removeSome(session, tally)))
      return 'more'
    syncs.forgetAll(session.cohort)
    if (isFullSet) syncs.recordReconcile(session.cohort, null)
    return 'finished'
  }
  const advance = async (session: QueuedSession, tally: CohortTally): Promise<Progress> => {
    const { action, sessionId, settings } = session
    const { id, whole, sync, judged } = queue.refreshed(session)
    // What was begun as half of a sync is ended as one, whatever the setting has become.
    const isAlone = sessionId === null || (settings.membersAction === 'merge' && sync === null)
    if (action === 'replace' || isAlone) return replace(session, tally)
    const half: Half = { session: id, externalId: sessionId, action, whole, sync, judged }
    tally.sync = sync
    return applyHalf(half, sqliteSyncLayers(layerParts, session, tally))
  }

  return advance
}
