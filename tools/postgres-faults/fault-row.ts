import type { Cleanup } from '../demo/cleanup.ts'

/** What a row is played with. */
export interface PlayParts {
  readonly runs: number
  readonly seed: number
  /** For rows that go by time. */
  readonly minutes: number
  /** The short form: what waits for seconds waits less. */
  readonly quick: boolean
  /** Ends servers and processes of the row when it is over. */
  readonly cleanup: Cleanup
  /** One run more is done. */
  readonly tick: () => void
}

export interface Finding {
  /** How often it was tried. */
  readonly n: number
  /** What was measured. */
  readonly figure: string
  /** Empty: the invariant held each time. */
  readonly problems: readonly string[]
}

export type Play = (parts: PlayParts) => Promise<Finding>

/** A fault, and what must hold whenever it comes. */
export interface FaultRow {
  readonly id: string
  /** What is done to the parts. */
  readonly fault: string
  /** What must hold, with its limit. */
  readonly invariant: string
  readonly runs: number
  /** Where runs go by time. */
  readonly runsPerMinute?: number
  /** In the short form; 0 leaves the row out of it. */
  readonly quickRuns: number
  readonly play: Play
  /** The same check on something broken: it must find problems. */
  readonly control?: Control
}

interface Control {
  /** What is broken. */
  readonly broken: string
  readonly runs: number
  readonly play: Play
}
