import type { DatabaseSync } from 'node:sqlite'
import { applySession, type Progress } from '../../intake/apply-session.ts'
import { baseDays } from '../../intake/lifetimes.ts'
import type { PageStore } from '../../intake/page-store.ts'
import { createPageApplier, createPageCounter } from './apply-pages.ts'
import { LeaverRows } from './leaver-rows.ts'
import { countedStep } from '../applied-step.ts'
import type { CohortTally } from '../cohort-tally.ts'
import { MemberRows } from './member-rows.ts'
import { PageRows } from './page-rows.ts'
import { RemovalRows } from './removal-rows.ts'
import type { QueuedSession } from '../queued-session.ts'
import { SessionQueue } from './session-queue.ts'
import { sqliteSessionWork } from './sqlite-session-work.ts'
import { StepRows } from './step-rows.ts'
import { SyncRows } from './sync-rows.ts'
import { TakeBackRows } from './take-back-rows.ts'

export interface ApplyOptions {
  /** A session whose pages name no total ends after this long without a page. */
  readonly settleSeconds: number
  /** Time after which a step ends at the next page. */
  readonly stepMilliseconds: number
}

/** Waits for nothing but itself, so that it ends before the thread takes its next message. */
type Apply = Pick<PageStore, 'applyNext'>

/** Brings the ledger in line with whole sessions, a bounded step at a time. */
export const applyOperations = (database: DatabaseSync, options: ApplyOptions): Apply => {
  const queue = new SessionQueue(database)
  const members = new MemberRows(database)
  const steps = new StepRows(database)
  const syncs = new SyncRows(database)
  const backs = new TakeBackRows(database, members)
  const pages = new PageRows(database)
  const removals = new RemovalRows(database, { members, countAfter: createPageCounter({ pages, members }) })
  const leavers = new LeaverRows(database, { members, steps, removals })
  const applyPage = createPageApplier({ pages, members, steps, removals })
  const workOn = sqliteSessionWork({ queue, syncs, backs, leavers, removals, applyPage })

  /** True when the session is in the ledger. */
  const work = async (session: QueuedSession, tally: CohortTally): Promise<boolean> => {
    const deadline = performance.now() + options.stepMilliseconds
    let progress: Progress
    do progress = await applySession(workOn(session, tally))
    while (progress === 'more' && performance.now() < deadline)
    return progress === 'finished'
  }

  const step = async (session: QueuedSession) => {
    const tally = steps.tally(session)
    removals.begin(session, tally)
    const finished = await work(session, tally)
    if (finished) leavers.forget(session)
    steps.record(session, tally, finished)
    const held = finished ? removals.finish(session, tally) : 0
    return { ...countedStep(session, tally), finished, held, approved: false }
  }

  const carryOut = (session: QueuedSession) => {
    const tally = steps.tally(session)
    const after = tally.sequence
    const finished = removals.removeSome(session, tally)
    steps.recordOrigin(session, tally, { after, pageKey: null })
    steps.record(session, tally, false)
    return { ...countedStep(session, tally), finished, held: 0, approved: true }
  }

  const clean = cleaning(queue, backs)
  // Removals that were approved take turns with what has arrived.
  let isTurnOfApproved = true

  return {
    applyNext: async (now) => {
      queue.settle(now, options.settleSeconds)
      const approved = queue.nextApproved(now)
      isTurnOfApproved = !isTurnOfApproved
      const session = approved !== undefined && isTurnOfApproved ? undefined : queue.next(now)
      if (session !== undefined) return step(session)
      if (approved !== undefined) return carryOut(approved)
      clean(now)
      return undefined
    },
  }
}

const dayMilliseconds = 86_400_000
const cleaningMilliseconds = 500

/** Old things are deleted in small parts, now and then, while there is nothing to apply. */
const cleaning = (queue: SessionQueue, backs: TakeBackRows) => {
  let cleanedAt = 0
  return (now: Date): void => {
    if (Math.abs(now.getTime() - cleanedAt) < cleaningMilliseconds) return
    cleanedAt = now.getTime()
    if (!backs.forgetSome(new Date(now.getTime() - baseDays * dayMilliseconds))) queue.clear(now)
  }
}
