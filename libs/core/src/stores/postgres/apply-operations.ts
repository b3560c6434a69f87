import { applySession, type Progress } from '../../intake/apply-session.ts'
import type { AppliedStep, PageStore } from '../../intake/page-store.ts'
import { countedStep } from '../applied-step.ts'
import type { QueuedSession } from '../queued-session.ts'
import { createCleaner } from './clean.ts'
import type { Database, Queries } from './database.ts'
import { PageReader } from './page-rows.ts'
import { postgresSessionWork } from './postgres-session-work.ts'
import { RemovalRows } from './removal-rows.ts'
import { SeenRows } from './seen-rows.ts'
import { SessionQueue, settleQuiet } from './session-queue.ts'
import { beginTally, recordOrigin, recordStep } from './step-rows.ts'

export interface ApplyOptions {
  /** A session whose pages name no total ends after this long without a page. */
  readonly settleSeconds: number
  /** Time after which a step ends at the next part, so that nobody waits long for its cohort. */
  readonly stepMilliseconds: number
}

/** Caches that outlive a step. */
interface Memory {
  readonly reader: PageReader
  readonly seen: SeenRows
}

/**
 * Brings the ledger in line with whole sessions, a bounded step at a time: one transaction that holds its cohort. As many
 * processes as there are may do so; each takes a cohort that no other one holds.
 */
export const applyOperations = (database: Database, options: ApplyOptions): Pick<PageStore, 'applyNext'> => {
  const memory: Memory = { reader: new PageReader(), seen: new SeenRows() }
  const clean = createCleaner(database)
  const settle = settlingNowAndThen(database, options.settleSeconds)
  // Removals that were approved take turns with what has arrived.
  let isTurnOfApproved = true

  const applyOne = async (queries: Queries, now: Date): Promise<AppliedStep | undefined> => {
    const queue = new SessionQueue(queries)
    const approved = isTurnOfApproved ? await queue.nextApproved(now) : undefined
    if (approved !== undefined) return carryOut(queries, approved, memory)
    const session = await queue.next(now)
    if (session !== undefined) return step(queries, session, { ...memory, ...options })
    const waiting = isTurnOfApproved ? undefined : await queue.nextApproved(now)
    return waiting && carryOut(queries, waiting, memory)
  }

  return {
    applyNext: async (now) => {
      await settle(now)
      isTurnOfApproved = !isTurnOfApproved
      const applied = await database.transaction((queries) => applyOne(queries, now))
      if (applied === undefined) await clean(now)
      return applied
    },
  }
}

/** Silence is counted in minutes: looking once a second is enough. */
const settlingNowAndThen = (database: Database, settleSeconds: number): ((now: Date) => Promise<void>) => {
  let settledAt = -Infinity
  return async (now) => {
    if (Math.abs(now.getTime() - settledAt) < 1000) return
    settledAt = now.getTime()
    const quietSince = new Date(now.getTime() - settleSeconds * 1000)
    await database.transaction((queries) => settleQuiet(queries, quietSince))
  }
}

const step = async (
  queries: Queries,
  session: QueuedSession,
  parts: Memory & ApplyOptions,
): Promise<AppliedStep> => {
  const { reader, seen, stepMilliseconds } = parts
  const tally = await beginTally(queries, session)
  const removals = new RemovalRows(queries, reader)
  await removals.begin(session, tally)
  const work = postgresSessionWork({ queries, session, tally, removals, reader, seen })
  const deadline = performance.now() + stepMilliseconds
  let progress: Progress
  do progress = await applySession(work)
  while (progress === 'more' && performance.now() < deadline)
  const finished = progress === 'finished'
  if (finished) seen.forget(session.id)
  await recordStep(queries, session, { tally, finished })
  const held = finished ? await removals.finish(session, tally) : 0
  return { ...countedStep(session, tally), finished, held, approved: false }
}

const carryOut = async (
  queries: Queries,
  session: QueuedSession,
  { reader }: Memory,
): Promise<AppliedStep> => {
  const tally = await beginTally(queries, session)
  const after = tally.sequence
  const finished = await new RemovalRows(queries, reader).removeSome(session, tally)
  await recordOrigin(queries, session, { tally, after, pageKey: null })
  await recordStep(queries, session, { tally, finished: false })
  return { ...countedStep(session, tally), finished, held: 0, approved: true }
}
