/** Removals of one session that were too many to carry out at once. */
export interface MemoryPlan {
  readonly session: number
  readonly since: Date
  state: 'held' | 'approved' | 'done' | 'superseded'
}
