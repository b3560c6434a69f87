import type { Cohort } from '@cohort-relay/connector-kit'

/** What each destination has been told, and what it is still owed. */
export interface FeedStore {
  /**
   * Of each destination the feed that is due and waited longest, the longest first: it is served one at a time. What is
   * owed to destinations of a disabled account stays owed and is not listed.
   */
  listOwedFeeds(now: Date, limit: number): Promise<OwedFeed[]>
  /** When the next feed becomes due after `now`; null when none does. */
  nextFeedDueAt(now: Date): Promise<Date | null>
  /** Members to be tried again that are due, else the next changes after the cursor, perhaps none. Undefined for no such feed. */
  readBatch(feedId: number, now: Date, limit: number): Promise<FeedBatch | undefined>
  /** Null forgets the audience and sets the feed back to its beginning, so that membership is restored. */
  recordAudience(feedId: number, audienceId: string | null): Promise<void>
  /** Moves the cursor and keeps the outcomes, all or nothing. */
  recordOutcomes(feedId: number, outcomes: BatchOutcomes): Promise<void>
  /** Nothing of this feed is tried before `dueAt`, whatever changes until then and however many the attempts. */
  postponeFeed(feedId: number, postponement: Postponement): Promise<void>
  /** What the newest turn of the feed says of the destination's credentials. Safe to repeat. */
  recordAccess(feedId: number, access: Access, at: Date): Promise<void>
}

export interface OwedFeed {
  readonly feedId: number
  readonly destinationId: string
}

/**
 * `refused`: the partner no longer accepts the credentials; the first time stays. `granted`: a call succeeded, so every
 * feed of the destination has access. `unasked`: nothing was left to tell, so this feed says nothing against them.
 */
export type Access = 'refused' | 'granted' | 'unasked'

export interface FeedBatch extends OwedFeed {
  readonly cohort: Cohort
  readonly audienceId: string | null
  /** Where the cursor is. Equal to `cursor` for members to be tried again. */
  readonly begin: number
  /** Where the cursor goes once every change of this batch has an outcome. */
  readonly cursor: number
  /** Failed calls in a row. */
  readonly attempts: number
  readonly changes: readonly FeedChange[]
}

/** One member in its newest state. */
export interface FeedChange {
  /** The store's own number of the member. */
  readonly memberRow: number
  readonly id: string
  readonly sequence: number
  /** When this change was recorded. */
  readonly changedAt: Date
  /** True: is in the cohort. False: has left it. */
  readonly present: boolean
  /** As JSON. */
  readonly properties: string
  /** Other properties that this destination may have been told, each as JSON; empty where nothing is to be taken back. */
  readonly formerProperties: readonly string[]
  /** True: surely confirmed under the newest or one of the former properties, and in the cohort ever since. */
  readonly isTold: boolean
  /** Times this member was tried before. */
  readonly attempts: number
}

export interface BatchOutcomes {
  readonly at: Date
  readonly cursor: number
  /** Changes that the destination confirmed. */
  readonly delivered: number
  /** Members that are no failure any more. */
  readonly settled: readonly number[]
  readonly failures: readonly MemberFailure[]
}

export interface MemberFailure {
  readonly memberRow: number
  readonly kind: 'unresolved' | 'skipped' | 'refused' | 'retry'
  readonly reason: string
  readonly attempts: number
  /** What the destination may have been told, each as JSON, as long as it has to be taken back. */
  readonly formerProperties: readonly string[]
  /** When to try again; null: not before the member changes. */
  readonly dueAt: Date | null
}

export interface Postponement {
  readonly dueAt: Date
  readonly attempts: number
  /** Free of secrets and people's data. */
  readonly reason: string
}
