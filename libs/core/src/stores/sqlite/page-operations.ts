import type { DatabaseSync } from 'node:sqlite'
import { gatePage } from '../../intake/gate-page.ts'
import { comingInMinutes } from '../../intake/lifetimes.ts'
import type { PageStore } from '../../intake/page-store.ts'
import { notTaken, receiptOf } from '../../intake/receipt-of.ts'
import { CohortRows } from './cohort-rows.ts'
import { digestOf } from '../fingerprint.ts'
import { PageRows } from './page-rows.ts'
import { RepeatRows } from './repeat-rows.ts'
import { ReplyRows } from './reply-rows.ts'
import { number } from './row.ts'
import { SessionRows } from './session-rows.ts'
import type { Synchronous } from './synchronous.ts'

/** Two selects, since each state has an index of its own. */
const waitingSql = `SELECT count(*) AS pages FROM (
    SELECT session.id FROM cohort JOIN session ON session.cohort = cohort.id
    WHERE account_id = ?1 AND state = 'whole'
    UNION ALL SELECT session.id FROM cohort JOIN session ON session.cohort = cohort.id
    WHERE account_id = ?1 AND state = 'open' AND last_page_at > ?2
  ) AS waiting JOIN page ON page.session = waiting.id AND pending = 1`

/** Stores pages as they came. */
export const pageOperations = (
  database: DatabaseSync,
): Synchronous<Omit<PageStore, 'applyNext' | 'approveRemovals'>> => {
  const cohorts = new CohortRows(database)
  const sessions = new SessionRows(database)
  const pages = new PageRows(database)
  const repeats = new RepeatRows(database)
  const waiting = database.prepare(waitingSql)
  const replies = new ReplyRows(database)

  return {
    storePage: (arrival) => {
      const { page, accountId } = arrival
      const cohort = cohorts.rowOf(accountId, page.cohort)
      if (cohort === undefined) return notTaken
      const digest = digestOf(arrival.body)
      const { held, merges } = cohorts.standing(cohort)
      const question = sessions.question(cohort, page, digest)
      const decision = gatePage({ ...question, merges })
      const receipt = receiptOf(question, decision, held)
      if (decision.kind === 'repeat') {
        repeats.record(cohort, { page, digest, marks: decision.marks })
        sessions.heardOf(cohort, arrival)
      }
      if (decision.kind !== 'store') return receipt
      const session = sessions.take(cohort, arrival, decision)
      pages.keep(session, arrival, { digest, resent: decision.restarted })
      if (decision.whole) sessions.finishCollecting(session)
      return receipt
    },
    countWaitingPages: (accountId, now) =>
      number(waiting.get(accountId, now.getTime() - comingInMinutes * 60_000)?.['pages']),
    recordReply: (accountId, cohort, reply) => replies.record(accountId, cohort, reply),
  }
}
