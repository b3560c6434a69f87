import type { AccountSettings } from '../authentication/account-settings.ts'

export interface Removal {
  /** Members that would leave. */
  readonly leaving: number
  /** Members before the sync. */
  readonly members: number
  /** True while no sync of the cohort was applied. */
  readonly isFirstSync: boolean
}

type Limits = Pick<AccountSettings, 'massRemovalPercent' | 'massRemovalMembers'>

/** True when the removals of one sync wait for approval. */
export const isMassRemoval = ({ leaving, members, isFirstSync }: Removal, limits: Limits): boolean =>
  !isFirstSync &&
  limits.massRemovalPercent < 100 &&
  leaving > limits.massRemovalMembers &&
  leaving * 100 > members * limits.massRemovalPercent
