import type { Fault } from './faulty-line.ts'
import type { PageNumbering } from './page-numbering.ts'
import type { BodyForm } from './pages.ts'
import type { SyncResult } from './sync.ts'

/** People by name: the name is the distinct id. */
export type Name = string

export interface ScenarioStep {
  /** One line that says what happens. */
  readonly happens: string
  /** Since the step before. Mixpanel's clock is put forward; nobody waits. */
  readonly after?: { readonly minutes?: number; readonly days?: number }
  readonly join?: readonly Name[]
  readonly leave?: readonly Name[]
  /** Default `sync`: a full set if there is no fresh snapshot, else a difference. */
  readonly send?: 'sync' | 'full'
  /** What becomes of the calls, in order; `delivered` beyond the end. */
  readonly faults?: readonly Fault[]
  /** Page numbers in the order in which the pages of each half go out. Default: as they are numbered. */
  readonly order?: readonly number[]
  /** A person resumes the sync first. */
  readonly resume?: boolean
  /** How Mixpanel sees the sync in the end. */
  readonly expect: SyncResult['outcome']
}

/** A story of syncs of one cohort. In the end the receiver must have exactly Mixpanel's members. */
export interface Scenario {
  /** What it shows, in a sentence. */
  readonly shows: string
  /** Default 2: small pages make many of them. */
  readonly membersPerPage?: number
  /** Default `documented`. */
  readonly bodies?: BodyForm
  readonly numbering?: PageNumbering
  /** Both halves of a difference carry one session id. Default false. */
  readonly sharedSession?: boolean
  /** A sync that failed begins again under its old session ids. Default false. */
  readonly reusedSession?: boolean
  readonly steps: readonly ScenarioStep[]
}
