/** One sync to play: what kind, and how the set changes before it. */
export interface PlannedSync {
  readonly kind: 'full' | 'diff' | 'repeat'
  readonly add: number
  readonly remove: number
  /** Seconds to wait before it starts. */
  readonly after: number
}

export interface PlanOptions {
  readonly mode: 'one-time' | 'recurring' | 'steps'
  readonly add: number
  readonly remove: number
  readonly repeat: boolean
  /** Seconds between the syncs of a recurring one. */
  readonly interval: number
  /** Diffs that follow the full sync of a recurring one. */
  readonly syncs: number
}

const full: PlannedSync = { kind: 'full', add: 0, remove: 0, after: 0 }

/**
 * `one-time`: a full sync. `recurring`: a full sync, then diffs at the interval. `steps`: a full sync, then one diff if
 * anybody joins or leaves. With `repeat` the full sync of the set as it then is comes once more at the end.
 */
export const planSyncs = (options: PlanOptions): readonly PlannedSync[] => {
  const { mode, add, remove, interval, syncs } = options
  const diff: PlannedSync = { kind: 'diff', add, remove, after: mode === 'recurring' ? interval : 0 }
  const diffs = mode === 'recurring' ? syncs : mode === 'steps' && add + remove > 0 ? 1 : 0
  const repeats: PlannedSync[] = options.repeat ? [{ kind: 'repeat', add: 0, remove: 0, after: 0 }] : []
  return [full, ...Array.from({ length: diffs }, () => diff), ...repeats]
}
