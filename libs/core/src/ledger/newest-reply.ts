import type { LastReply } from './ledger.ts'

/** The later one of a cohort's own last reply and its account's. */
export const newestReply = (
  own: LastReply | undefined,
  ofAccount: LastReply | undefined,
): LastReply | null => {
  if (own === undefined || ofAccount === undefined) return own ?? ofAccount ?? null
  return ofAccount.at > own.at ? ofAccount : own
}
