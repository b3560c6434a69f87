import type { CohortKey, LastReply } from '../ledger/ledger.ts'
import type { PageSummary } from '../webhook/cohort-page.ts'

/** Pages that were acknowledged, and the sessions they belong to. */
export interface PageStore {
  /**
   * Resolves once the page is on disk (or known to have no effect): only then may it be acknowledged. Rejects with
   * `StoreUnavailableError` when it is not. Safe to repeat. The body is handed over: the caller no longer owns it.
   */
  storePage(arrival: ArrivedPage): Promise<PageReceipt>
  /**
   * One bounded step of bringing the ledger in line with what has arrived: a page of a whole session, or some of its
   * leavers. Resolves with undefined when nothing can be done before another page arrives or time passes. Safe to
   * call again after a crash at any moment. What it applies is never dated before its pages.
   */
  applyNext(now: Date): Promise<AppliedStep | undefined>
  /**
   * Pages of the account that wait to be applied: those of whole exports, and of unfinished ones that are still coming
   * in. Exports that nobody goes on with do not count, so that they cannot keep others out.
   */
  countWaitingPages(accountId: string, now: Date): Promise<number>
  /** Keeps the last answer to a page; null stands for a page whose cohort is not known. An unknown cohort is ignored. */
  recordReply(accountId: string, cohort: CohortKey | null, reply: LastReply): Promise<void>
  /**
   * Lets `applyNext` carry out the removals that wait, and records the approval. `superseded`: a newer sync
   * took the plan's place. `no-such-plan`: never made for this cohort, or approved before.
   */
  approveRemovals(accountId: string, cohort: CohortKey, approved: ApprovedPlan): Promise<Approval>
}

/** What `heldRemovals` of the cohort named. */
interface ApprovedPlan {
  readonly plan: string
  readonly at: Date
  /** Who says so; kept with the approval. */
  readonly by: string
}

export type Approval = 'approved' | 'no-such-plan' | 'superseded'

export interface ArrivedPage {
  readonly accountId: string
  readonly page: PageSummary
  /** The bytes `page` was read from. */
  readonly body: Uint8Array
  readonly receivedAt: Date
}

/**
 * `stored`: the page waits for its session to be whole. `whole`: it completed its session. `repeat`: the same page
 * was stored before. `late`: its session was superseded or given up. `no-account`: it came for an account that is deleted
 * by now. The last three change nothing.
 */
export interface PageReceipt {
  readonly decision: 'stored' | 'whole' | 'repeat' | 'late' | 'no-account'
  /**
   * Other content came under a number that is known: `page`, it takes the place of what was stored; `round`, the session
   * begins again from the top. Null: nothing of the kind.
   */
  readonly altered: 'page' | 'round' | null
  /** True when the ledger can be brought in line with it at once. */
  readonly canApply: boolean
  /** True while removals of the cohort wait for approval. */
  readonly held: boolean
}

export interface AppliedStep {
  readonly accountId: string
  readonly projectId: string
  readonly cohortId: string
  readonly sessionId: string | null
  readonly added: number
  readonly removed: number
  readonly updated: number
  readonly unchanged: number
  /** True when this step ended the session: its set is in the ledger. */
  readonly finished: boolean
  /** Members whose removal the session left waiting for approval; told when it is finished, else 0. */
  readonly held: number
  /** True for a step that carries out removals that were approved. */
  readonly approved: boolean
}
