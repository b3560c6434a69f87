import type { Cohort } from '@cohort-relay/connector-kit'

/** What each destination has been told, and what it is still owed. */
export interface FeedStore {
  /** Feeds that are due and owe something, the one that waited longest first. */
  listOwedFeeds(now: Date, limit: number): Promise<OwedFeed[]>
  /** When the next feed that waits becomes due; null when none waits. */
  nextFeedDueAt(): Promise<Date | null>
  /** Members to be tried again that are due, else the next changes after the cursor, perhaps none. Undefined for no such feed. */
  readBatch(feedId: number, now: Date, limit: number): Promise<FeedBatch | undefined>
  /** Null forgets the audience and sets the feed back to its beginning, so that membership is restored. */
  recordAudience(feedId: number, audienceId: string | null): Promise<void>
  /** Moves the cursor and keeps the outcomes, all or nothing. */
  recordOutcomes(feedId: number, outcomes: BatchOutcomes): Promise<void>
  /** Nothing of this feed is tried before `dueAt`. */
  postponeFeed(feedId: number, postponement: Postponement): Promise<void>
}

export interface OwedFeed {
  readonly feedId: number
  readonly destinationId: string
}

export interface FeedBatch extends OwedFeed {
  readonly cohort: Cohort
  readonly audienceId: string | null
  /** Where the cursor is. Equal to `cursor` for members to be tried again. */
  readonly begin: number
  /** Where the cursor goes once every change of this batch has an outcome. */
  readonly cursor: number
  /** When the newest change of this batch was recorded. */
  readonly occurredAt: Date
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
  /** True: is in the cohort. False: has left it. */
  readonly present: boolean
  /** As JSON. */
  readonly properties: string
  /** The properties this destination was last told, as JSON, where they differ; null otherwise. */
  readonly formerProperties: string | null
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
  /** What the destination was last told, as JSON, as long as it has to be taken back; null otherwise. */
  readonly formerProperties: string | null
  /** When to try again; null: not before the member changes. */
  readonly dueAt: Date | null
}

export interface Postponement {
  readonly dueAt: Date
  readonly attempts: number
  /** Free of secrets and people's data. */
  readonly reason: string
}
