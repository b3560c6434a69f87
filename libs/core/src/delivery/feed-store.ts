import type { Cohort, Member } from '@cohort-relay/connector-kit'
import type { DestinationView } from '../identity/mapped-properties.ts'
import type { Claim, FeedTurn } from './feed-turn.ts'

/**
 * What each destination has been told, and what it is still owed. What a turn records is refused with `LeaseLostError`,
 * and changes nothing, once another turn has taken its destination, or that was updated or deleted.
 */
export interface FeedStore {
  /**
   * Takes destinations that are owed something and that nobody holds: of each the feed that is due and waited longest,
   * the longest first. Those of disabled accounts, those that are paused and those that rest are left alone. Each takes a new lease.
   */
  claimFeeds(now: Date, claim: Claim): Promise<FeedTurn[]>
  /** Holds the destination for so many seconds from now. False when the lease was lost. */
  renewLease(turn: FeedTurn, seconds: number): Promise<boolean>
  /** Gives the destination back. Without effect when the lease was lost. */
  endTurn(turn: FeedTurn): Promise<void>
  /** When the next feed of an enabled account becomes due, or a destination has rested, after `now`; null when none does. */
  nextFeedDueAt(now: Date): Promise<Date | null>
  /** Members to be tried again that are due, else the next changes after the cursor, perhaps none. Undefined for no such feed, and where the destination was updated since it was taken. */
  readBatch(turn: FeedTurn, now: Date, limit: number): Promise<FeedBatch | undefined>
  /** Null forgets the audience, in which nobody is left, and sets the feed back to its beginning, so that membership is restored. */
  recordAudience(turn: FeedTurn, audienceId: string | null): Promise<void>
  /** Moves the cursor and keeps the outcomes, all or nothing. */
  recordOutcomes(turn: FeedTurn, outcomes: BatchOutcomes): Promise<void>
  /** Nothing of this feed is tried before `dueAt`, whatever changes until then and however many the attempts. */
  postponeFeed(turn: FeedTurn, postponement: Postponement): Promise<void>
  /** No feed of the destination is tried before `until`. */
  restDestination(turn: FeedTurn, until: Date): Promise<void>
  /** What the newest turn of the feed says of the destination's credentials. Safe to repeat. */
  recordAccess(turn: FeedTurn, access: Access, at: Date): Promise<void>
}

/**
 * `refused`: the partner no longer accepts the credentials; the first time stays. `granted`: a call succeeded, so every
 * feed of the destination has access. `unasked`: nothing was left to tell, so this feed says nothing against them.
 */
export type Access = 'refused' | 'granted' | 'unasked'

export interface FeedBatch extends FeedTurn {
  readonly cohort: Cohort
  readonly audienceId: string | null
  /** Where the cursor is. Equal to `cursor` for members to be tried again. */
  readonly begin: number
  /** Where the cursor goes once every change of this batch has an outcome. */
  readonly cursor: number
  /** Failed calls in a row. */
  readonly attempts: number
  /** How the destination saw members before, as long as it may know some of them that way. Empty as a rule. */
  readonly formerViews: readonly DestinationView[]
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
  /** As whom she could not be taken back so far. */
  readonly formerMembers: readonly FormerMember[]
  /** True: surely confirmed under the newest or one of the former properties and views, and in the cohort ever since. */
  readonly isTold: boolean
  /** Times this member was tried before. */
  readonly attempts: number
}

/** A member as a destination may have been told her. */
export type FormerMember = Pick<Member, 'identity' | 'properties'>

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
  /** As whom the destination may know her, as long as that has to be taken back. */
  readonly formerMembers: readonly FormerMember[]
  /** When to try again; null: not before the member changes. */
  readonly dueAt: Date | null
}

export interface Postponement {
  readonly dueAt: Date
  readonly attempts: number
  /** Free of secrets and people's data. */
  readonly reason: string
}
