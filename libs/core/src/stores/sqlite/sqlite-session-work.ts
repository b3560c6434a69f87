import type { SessionWork } from '../../intake/apply-session.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { LeaverRows } from './leaver-rows.ts'
import type { SessionQueue } from './session-queue.ts'
import { sqliteSyncLayers, type LayerParts } from './sqlite-sync-layers.ts'

export interface WorkParts extends LayerParts {
  readonly queue: SessionQueue
  readonly leavers: LeaverRows
}

/** What applying a session means in SQLite. */
export const sqliteSessionWork =
  ({ queue, leavers, ...layerParts }: WorkParts) =>
  (session: QueuedSession, tally: CohortTally): SessionWork => {
    const { syncs, backs, removals, applyPage } = layerParts
    return {
      current: async () => ({
        ...queue.refreshed(session),
        merges: session.settings.membersAction === 'merge',
      }),
      layers: async (half) => {
        tally.sync = half.sync
        return sqliteSyncLayers(layerParts, session, tally)
      },
      takeBackSome: async () => backs.takeBackSome(tally),
      judgePages: async () => removals.judgePages(session, tally),
      applySome: async () => applyPage(session, session, tally),
      forgetOlderRemovals: async () => removals.forgetOlder(session, tally),
      removeSomeLeavers: async () => leavers.removeSome(session, tally),
      forgetSyncs: async () => syncs.forgetAll(session.cohort),
      recordReconciled: async () => {
        syncs.recordReconcile(session.cohort, null)
        // A member whose removal waits is in the cohort without being named.
        if (tally.held === 0) syncs.recordNamed(session.cohort, session.id)
      },
    }
  }
