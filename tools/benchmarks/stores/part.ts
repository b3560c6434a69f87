import type { Screen } from '../../terminal/progress.ts'
import type { PartName, StoresOptions } from './stores-command.ts'

/** What each part of the benchmark is played with. */
export interface Bench {
  readonly options: StoresOptions
  readonly screen: Screen
}

/** One part, played. */
export interface PlayedPart {
  readonly name: PartName
  /** The table, and what must be said of it. */
  readonly text: string
  /** What was wrong whatever the machine: an answer, a count. */
  readonly wrong: readonly string[]
  /** Targets that the figures do not meet. */
  readonly missed: readonly string[]
  readonly figures: unknown
}
