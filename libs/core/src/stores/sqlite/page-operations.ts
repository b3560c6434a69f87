import type { DatabaseSync } from 'node:sqlite'
import { gatePage } from '../../intake/gate-page.ts'
import type { PageStore } from '../../intake/page-store.ts'
import { CohortRows } from './cohort-rows.ts'
import { digestOf } from './fingerprint.ts'
import { PageRows } from './page-rows.ts'
import { RepeatRows } from './repeat-rows.ts'
import { SessionRows } from './session-rows.ts'
import type { Synchronous } from './synchronous.ts'

/** Stores pages as they came. */
export const pageOperations = (database: DatabaseSync): Synchronous<Pick<PageStore, 'storePage'>> => {
  const cohorts = new CohortRows(database)
  const sessions = new SessionRows(database)
  const pages = new PageRows(database)
  const repeats = new RepeatRows(database)

  return {
    storePage: (arrival) => {
      const { page, accountId } = arrival
      const cohort = cohorts.rowOf(accountId, page.cohort)
      const digest = digestOf(arrival.body)
      const { held, merges } = cohorts.standing(cohort)
      const decision = gatePage({ ...sessions.question(cohort, page, digest), merges })
      if (decision.kind === 'repeat') repeats.record(cohort, { page, digest, marks: decision.marks })
      if (decision.kind !== 'store') return { decision: decision.kind, canApply: false, held }
      const { whole, streaming, restarted, settles } = decision
      const session = sessions.take(cohort, arrival, decision)
      pages.keep(session, arrival, { digest, resent: restarted })
      if (whole) sessions.finishCollecting(session)
      const canApply = whole || streaming || settles.length > 0
      return { decision: whole ? 'whole' : 'stored', canApply, held }
    },
  }
}
