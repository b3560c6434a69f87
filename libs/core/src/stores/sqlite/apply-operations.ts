import { zstdDecompressSync } from 'node:zlib'
import type { DatabaseSync } from 'node:sqlite'
import type { AppliedStep } from '../../intake/page-store.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { memberRows, type CohortTally } from './member-rows.ts'
import { toReceipt } from './seen-rows.ts'
import { sessionQueue, type QueuedSession } from './session-queue.ts'
import { sweepOperations } from './sweep-operations.ts'

export interface ApplyOptions {
  /** A session whose pages name no total ends after this long without a page. */
  readonly settleSeconds: number
  /** Time after which a step ends at the next page. */
  readonly stepMilliseconds: number
}

/** Brings the ledger in line with whole sessions, a bounded step at a time. */
export const applyOperations = (database: DatabaseSync, options: ApplyOptions) => {
  const queue = sessionQueue(database)
  const members = memberRows(database)
  const sweep = sweepOperations(database, members.removeRow)
  const nextPage = database.prepare(
    'SELECT id, page_key, body FROM page WHERE session = ? AND receipt IS NULL ORDER BY id LIMIT 1',
  )
  const acknowledge = database.prepare('UPDATE page SET receipt = ?, body = NULL WHERE id = ?')

  /** False when the session has no page left to apply. */
  const applyPage = (session: QueuedSession, tally: CohortTally): boolean => {
    const page = nextPage.get(session.id)
    if (page === undefined) return false
    const before = tally.sequence
    const reading = readCohortPage(zstdDecompressSync(page['body'] as Uint8Array), { exactIntegers: true })
    if (!reading.ok)
      throw new Error(`A stored page of session ${session.id} can no longer be read: ${reading.refusal}`)
    const apply = session.action === 'remove' ? members.remove : members.add
    const rows = reading.page.members.map((member) => apply(tally, member)).filter((row) => row !== undefined)
    acknowledge.run(toReceipt(rows), page['id']!)
    queue.recordOrigin(session, before, tally.sequence, page['page_key'] as string)
    return true
  }

  /** True when the session is in the ledger. */
  const work = (session: QueuedSession, tally: CohortTally): boolean => {
    const deadline = performance.now() + options.stepMilliseconds
    do {
      if (applyPage(session, tally)) continue
      if (!session.whole) return false
      if (session.action !== 'replace' || sweep.step(session, tally)) return true
    } while (performance.now() < deadline)
    return false
  }

  return {
    applyNext: (now: Date): AppliedStep | undefined => {
      queue.settle(now, options.settleSeconds)
      const session = queue.next(now)
      if (session === undefined) return queue.clear()
      const tally = queue.tally(session)
      const finished = work(session, tally)
      if (finished) sweep.forget(session.id)
      queue.record(session, tally, finished)
      const { accountId, projectId, cohortId, sessionId } = session
      const { added, removed, updated, unchanged } = tally
      return { accountId, projectId, cohortId, sessionId, added, removed, updated, unchanged, finished }
    },
  }
}
