import type { SetAsideCounts } from '../webhook/count-set-aside.ts'

/** Who is in which cohort. */
export interface Ledger {
  /** Every cohort of the account, by project id and cohort id. */
  listCohorts(accountId: string): Promise<CohortSummary[]>
  /** Cohorts of the account with this cohort id, one for each project that has it. */
  findCohorts(accountId: string, cohortId: string): Promise<CohortKey[]>
  /** Members in the order in which they were first seen. Undefined when the account has no such cohort. */
  listMembers(accountId: string, cohort: CohortKey, page: MembersPage): Promise<LedgerMembers | undefined>
}

export interface CohortKey {
  readonly projectId: string
  readonly cohortId: string
}

export interface CohortSummary extends CohortKey {
  readonly name: string
  readonly members: number
  /** Number of the newest change. */
  readonly sequence: number
  /** When the newest session was applied; null before the first. */
  readonly lastSyncAt: Date | null
  /** True while pages are waiting to be applied or an export is incomplete. */
  readonly openSession: boolean
  /** Why our set may not be Mixpanel's; null when nothing says so. A whole full set settles it. */
  readonly needsReconcile: string | null
  /** The median time between the newest syncs, empty ones included; null while fewer than three are known. */
  readonly usualIntervalSeconds: number | null
  /** The last answer to a page of this cohort, or to one of the account that was refused before its cohort was known. */
  readonly lastReply: LastReply | null
  /** Members of the newest export that could not be recorded. */
  readonly setAside: SetAsideSummary
  /** Removals that wait for approval; null when none do. */
  readonly heldRemovals: HeldRemovals | null
  readonly destinations: readonly CohortDestination[]
}

/** Exact to about a second. */
export interface LastReply {
  readonly at: Date
  /** Of HTTP. */
  readonly status: number
  /** The row of the table of replies. */
  readonly condition: string
}

export interface SetAsideSummary {
  readonly members: number
  readonly reasons: SetAsideCounts
}

interface HeldRemovals {
  /** How many would leave. */
  readonly members: number
  readonly since: Date
  /** What is approved: bound to one round of one session. */
  readonly plan: string
}

/** How far one destination is behind this cohort. */
export interface CohortDestination {
  readonly id: string
  readonly connector: string
  /** Members whose newest change the destination has not been told, those to be tried again included. */
  readonly owed: number
  /** Changes that the destination confirmed, since the feed began. */
  readonly delivered: number
  /** Members that the destination refused or skipped, or that have no identity there. */
  readonly failed: number
  /** Why the newest call failed; null when it did not. */
  readonly lastError: string | null
  /** Null unless it is paused. */
  readonly pausedSince: Date | null
  /** Null unless it is being deleted, and everybody removed there before. */
  readonly drainingSince: Date | null
  /** Since when the partner refuses our credentials; null when it does not. */
  readonly unauthorizedSince: Date | null
}

interface MembersPage {
  /** `next` of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface LedgerMembers {
  readonly members: readonly LedgerMember[]
  /** Where the next page begins; null at the end. */
  readonly next: string | null
}

interface LedgerMember {
  readonly id: string
  /** The change that brought the member in or altered it last. */
  readonly sequence: number
  readonly changedAt: Date
}
