export interface Removal {
  /** Members that would leave. */
  readonly leaving: number
  /** Members before the sync. */
  readonly members: number
  /** True while no sync of the cohort was applied. */
  readonly isFirstSync: boolean
}

/** Settings of the account. */
export interface RemovalLimits {
  readonly massRemovalPercent: number
  readonly massRemovalMembers: number
}

/** True when the removals of one sync wait for approval. */
export const isMassRemoval = ({ leaving, members, isFirstSync }: Removal, limits: RemovalLimits): boolean =>
  !isFirstSync &&
  limits.massRemovalPercent < 100 &&
  leaving > limits.massRemovalMembers &&
  leaving * 100 > members * limits.massRemovalPercent
