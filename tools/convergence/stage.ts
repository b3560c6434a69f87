import type { MovableClock } from '../mixpanel-simulator/clock.ts'
import type { Line } from '../mixpanel-simulator/line.ts'

/** One cohort of a receiver, to be filled by a history. */
export interface Subject {
  readonly cohortId: string
  readonly line: Line
  /** The time of Mixpanel and of the receiver. It never goes back, from one cohort to the next either. */
  readonly clock: MovableClock
  /** Ids in order of the alphabet, once all that has arrived is applied. */
  members(): Promise<string[]>
  /** Why the receiver says that the set may not be Mixpanel's; null when it says nothing. */
  needsReconcile(): Promise<string | null>
}

/** Where histories are played, one after another: each one has a cohort of its own. */
export interface Stage {
  /** A cohort of which nothing is known yet. The one before is done with. */
  newSubject(): Promise<Subject>
  close(): Promise<void>
}

export type StoreName = 'memory' | 'sqlite' | 'postgres'

const began = Date.parse('2026-01-01T00:00:00Z')

/** The model's time as the receiver sees it. */
export const dateOf = (clock: MovableClock): Date => new Date(began + clock.now())
