import type { SealedSettings } from '../delivery/destination-store.ts'

/** What a database looks like to somebody who wants to use it. */
export interface DatabaseInspection {
  /** Why it cannot be used, with the remedy; null: it can. */
  readonly problem: string | null
  /** Why it may lose what is acknowledged, one sentence each with its remedy. */
  readonly risks: readonly string[]
  /** How far its clock is ahead of this process's, negative when behind; null: it uses the same one. */
  readonly skewMilliseconds: number | null
  /** Every destination's settings, encrypted. */
  readonly sealed: readonly SealedSettings[]
}
