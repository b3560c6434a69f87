/** Gives the session ids of one cohort's syncs, sync by sync. */
export interface SyncSessions {
  /** Ids of the sync that begins: 0 for its additions or its full set, 1 for its removals. */
  begin(): (half: 0 | 1) => string
  end(succeeded: boolean): void
}

export interface SessionOptions {
  readonly newSessionId: () => string
  /** True: both halves of a difference carry one id. */
  readonly shared: boolean
  /** True: a sync that failed begins again from the top under its old ids. */
  readonly reused: boolean
}

/** Mixpanel documents neither what halves share nor what a restart keeps, so both can be chosen. */
export const createSyncSessions = ({ newSessionId, shared, reused }: SessionOptions): SyncSessions => {
  let ids: string[] = []
  let failed = false
  return {
    begin: () => {
      if (!failed || !reused) ids = []
      const current = ids
      return (half) => (current[shared ? 0 : half] ??= newSessionId())
    },
    end: (succeeded) => {
      failed = !succeeded
    },
  }
}
