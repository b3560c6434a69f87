import type { KeptProperties } from '../webhook/kept-properties.ts'

/** What applying members to one cohort did, and the counters that go back to its row. */
export interface CohortTally {
  readonly cohort: number
  /** True when a destination may know older properties, so that they are kept until it is told the new ones. */
  readonly keepVersions: boolean
  /** The properties of added members that are stored. */
  readonly keep: KeptProperties
  /** The sync that changes belong to, so that they can be taken back; null when they cannot. */
  sync: number | null
  /** True while no sync of the cohort was applied. */
  readonly isFirstSync: boolean
  sequence: number
  members: number
  /** Members who stay until their removal is approved. */
  held: number
  added: number
  removed: number
  updated: number
  unchanged: number
}
