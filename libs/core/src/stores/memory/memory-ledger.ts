import type { CohortSummary, Ledger } from '../../ledger/ledger.ts'
import { newestReply } from '../../ledger/newest-reply.ts'
import { usualIntervalSeconds } from '../../ledger/sync-rhythm.ts'
import { presentMembers, type MemoryCohort } from './memory-cohort.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import { describeFeed } from './memory-feed.ts'
import { heldPlan } from './memory-removals.ts'
import type { MemorySessions } from './memory-sessions.ts'

/** Reads of who is in which cohort, in memory. */
export const memoryLedger = (cohorts: MemoryCohorts, sessions: MemorySessions): Ledger => {
  const summary = (cohort: MemoryCohort): CohortSummary => ({
    projectId: cohort.projectId,
    cohortId: cohort.cohortId,
    name: cohort.name,
    members: presentMembers(cohort).length,
    sequence: cohort.sequence,
    lastSyncAt: cohort.lastSyncAt,
    openSession: sessions.isUnfinished(cohort),
    needsReconcile: cohort.reconcileReason,
    heldRemovals: toHeld(cohort),
    usualIntervalSeconds: usualIntervalSeconds(cohort.recentSyncs),
    lastReply: newestReply(cohort.lastReply, cohorts.replies.get(cohort.accountId)),
    setAside: sessions.setAsideOf(cohort),
    destinations: cohorts
      .feedsOf(cohort)
      .map((feed) => describeFeed(feed, cohorts.unauthorizedSince(feed.destination.id))),
  })

  return {
    listCohorts: async (accountId) => cohorts.ofAccount(accountId).map(summary),
    findCohorts: async (accountId, cohortId) =>
      cohorts
        .ofAccount(accountId)
        .filter((cohort) => cohort.cohortId === cohortId)
        .map(({ projectId }) => ({ projectId, cohortId })),
    listMembers: async (accountId, key, { after = '0', limit }) => {
      const cohort = cohorts.find(accountId, key)
      if (cohort === undefined) return undefined
      const found = presentMembers(cohort)
        .filter(({ row }) => row > Number(after))
        .toSorted((one, other) => one.row - other.row)
        .slice(0, limit)
      const members = found.map(({ id, sequence, changedAt }) => ({ id, sequence, changedAt }))
      return { members, next: found.length < limit ? null : String(found.at(-1)?.row) }
    },
  }
}

const toHeld = (cohort: MemoryCohort): CohortSummary['heldRemovals'] => {
  const plan = heldPlan(cohort)
  return plan === undefined
    ? null
    : { members: cohort.held.size, since: plan.since, plan: String(plan.session) }
}
