import type { DatabaseSync } from 'node:sqlite'
import type { PageStore } from '../../intake/page-store.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { LeaverRows } from './leaver-rows.ts'
import { MemberRows, type CohortTally } from './member-rows.ts'
import { PageRows, type WaitingPage } from './page-rows.ts'
import { SessionQueue, type QueuedSession } from './session-queue.ts'
import { StepRows } from './step-rows.ts'
import type { Synchronous } from './synchronous.ts'

export interface ApplyOptions {
  /** A session whose pages name no total ends after this long without a page. */
  readonly settleSeconds: number
  /** Time after which a step ends at the next page. */
  readonly stepMilliseconds: number
}

type Apply = Synchronous<Pick<PageStore, 'applyNext'>>

/** Brings the ledger in line with whole sessions, a bounded step at a time. */
export const applyOperations = (database: DatabaseSync, options: ApplyOptions): Apply => {
  const queue = new SessionQueue(database)
  const pages = new PageRows(database)
  const members = new MemberRows(database)
  const steps = new StepRows(database)
  const leavers = new LeaverRows(database, { members, steps })

  /** False when the session has no page left to apply. */
  const applyPage = (session: QueuedSession, tally: CohortTally): boolean => {
    const page = pages.next(session.id)
    if (page === undefined) return false
    const after = tally.sequence
    const rows = readAgain(page).map((member) =>
      session.action === 'remove' ? members.remove(tally, member) : members.add(tally, member),
    )
    const known = rows.filter((row) => row !== undefined)
    pages.acknowledge(page.id, known)
    steps.recordOrigin(session, tally, { after, pageKey: page.pageKey })
    return true
  }

  /** True when the session is in the ledger. */
  const work = (session: QueuedSession, tally: CohortTally): boolean => {
    const deadline = performance.now() + options.stepMilliseconds
    do {
      if (applyPage(session, tally)) continue
      if (!session.whole) return false
      if (session.action !== 'replace' || leavers.removeSome(session, tally)) return true
    } while (performance.now() < deadline)
    return false
  }

  const step = (session: QueuedSession) => {
    const tally = steps.tally(session)
    const finished = work(session, tally)
    if (finished) leavers.forget(session)
    steps.record(session, tally, finished)
    const { accountId, projectId, cohortId, sessionId } = session
    const { added, removed, updated, unchanged } = tally
    return { accountId, projectId, cohortId, sessionId, added, removed, updated, unchanged, finished }
  }

  return {
    applyNext: (now) => {
      queue.settle(now, options.settleSeconds)
      const session = queue.next(now)
      if (session !== undefined) return step(session)
      queue.clear()
      return undefined
    },
  }
}

const readAgain = ({ id, body }: WaitingPage) => {
  const reading = readCohortPage(body, { exactIntegers: true })
  if (reading.ok) return reading.page.members
  throw new StoreUnavailableError(`Stored page ${id} can no longer be read: ${reading.refusal}`)
}
