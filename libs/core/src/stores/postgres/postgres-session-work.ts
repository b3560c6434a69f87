import type { SessionWork } from '../../intake/apply-session.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { PageSource } from '../page-source.ts'
import { applyPart } from './apply-pages.ts'
import type { Queries } from './database.ts'
import { removeSomeLeavers } from './leaver-rows.ts'
import type { PageReader } from './page-rows.ts'
import { postgresSyncLayers } from './postgres-sync-layers.ts'
import type { RemovalRows } from './removal-rows.ts'
import type { SeenRows } from './seen-rows.ts'
import { SessionQueue } from './session-queue.ts'
import { recordOrigin } from './step-rows.ts'
import { SyncRows } from './sync-rows.ts'
import { takeBackSome } from './take-back-rows.ts'

export interface WorkParts {
  readonly queries: Queries
  readonly session: QueuedSession
  readonly tally: CohortTally
  readonly removals: RemovalRows
  readonly reader: PageReader
  readonly seen: SeenRows
}

/** What applying a session means in PostgreSQL, inside the transaction that holds its cohort. */
export const postgresSessionWork = (parts: WorkParts): SessionWork => {
  const { queries, session, tally, removals, reader, seen } = parts
  const queue = new SessionQueue(queries)
  const syncs = new SyncRows(queries)
  const applyFrom = async (source: PageSource): Promise<boolean> => {
    const applied = await applyPart(queries, { source, reader, tally })
    if (applied !== undefined)
      await recordOrigin(queries, { ...session, id: source.id }, { tally, ...applied })
    return applied !== undefined
  }
  return {
    current: async () => ({
      ...(await queue.refreshed(session)),
      merges: session.settings.membersAction === 'merge',
    }),
    layers: async (half) => {
      tally.sync = half.sync
      return postgresSyncLayers({ queries, syncs, removals, session, tally, applyPart: applyFrom })
    },
    takeBackSome: () => takeBackSome(queries, tally),
    judgePages: () => removals.judgePages(session, tally),
    applySome: () => applyFrom(session),
    forgetOlderRemovals: () => removals.forgetOlder(session, tally),
    removeSomeLeavers: () => removeSomeLeavers(queries, { session, tally }, { seen, removals }),
    forgetSyncs: async () => void (await syncs.forgetAll(session.cohort)),
    recordReconciled: async () => {
      await syncs.recordReconcile(session.cohort, null)
      // A member whose removal waits is in the cohort without being named.
      if (tally.held === 0) await syncs.recordNamed(session.cohort, session.id)
    },
  }
}
