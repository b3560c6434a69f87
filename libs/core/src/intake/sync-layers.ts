import type { HalfAction, Pairing, Sync } from './place-half.ts'
import type { Verdict } from './judge-sync.ts'

/** A session by difference that is being applied. */
export interface Half {
  readonly session: number
  readonly externalId: string
  readonly action: HalfAction
  /** False while pages of it may still come. */
  readonly whole: boolean
  /** The sync it was placed into; null before. */
  readonly sync: number | null
  /** True once the sync of which it is the second half was judged for good. */
  readonly judged: boolean
}

/**
 * The syncs of one cohort as layers over one another. Whatever may be large is done some at a time, and each method can
 * be called again after a crash.
 */
export interface SyncLayers {
  pairing(): Promise<Pairing>
  /** Oldest first, without those being taken back. */
  syncs(): Promise<readonly Sync[]>
  /** True when the sync's half of this action came under the same session id. */
  isRoundOf(half: Half, sync: Sync): Promise<boolean>
  /** Opens a sync for the half, perhaps with the other half of an earlier one, or adds the half to a sync. */
  place(half: Half, into: Sync | { readonly other: number | null }): Promise<void>
  recordPairing(pairing: Pairing): Promise<void>
  /** Their effects go, as far as nothing newer has decided of the same member. */
  takeBack(syncs: readonly Sync[]): Promise<void>
  /** True when it took some back; false when nothing is left to take back. */
  takeBackSome(): Promise<boolean>
  /** True when it applied some pages of the sync; false when all are applied. */
  applySome(half: Half): Promise<boolean>
  /** Everything the sync's halves named is applied once more. */
  applyAgain(sync: Sync): Promise<void>
  overlaps(sync: Sync): Promise<boolean>
  /** See `SyncEvidence.misfits`; a bounded sample of a very large difference. */
  misfits(difference: Sync, without: readonly Sync[]): Promise<number>
  /** A last page that was given up before the sync was known makes it uncertain. */
  recordDoubt(sync: Sync): Promise<void>
  /** Mixpanel is known to have got its answers. */
  recordCertain(syncs: readonly Sync[]): Promise<void>
  recordJudged(half: Half): Promise<void>
  recordReconcile(reconcile: NonNullable<Verdict['reconcile']>): Promise<void>
  /** True when both halves came under one session id. */
  sharesSession(sync: Sync): Promise<boolean>
}
