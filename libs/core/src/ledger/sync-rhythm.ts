/** When a sync was applied. */
export interface KnownSync {
  /** Number of a sync by difference, whose halves are applied one after the other; null for a full set. */
  readonly sync: number | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Two sessions applied within this time are parts of one sync: no cohort is synced more often. */
const sameSyncMilliseconds = 60_000

const keptSyncs = 10
const fewestIntervals = 3

/** The newest syncs of a cohort, oldest first, once another session was applied. */
export const withSync = (known: readonly KnownSync[], applied: KnownSync): readonly KnownSync[] => {
  const last = known.at(-1)
  const isSame =
    last !== undefined && (isOtherHalf(last, applied) || applied.at - last.at < sameSyncMilliseconds)
  return isSame ? known : [...known, applied].slice(-keptSyncs)
}

const isOtherHalf = (last: KnownSync, { sync }: KnownSync): boolean => sync !== null && last.sync === sync

/** The median time between the newest syncs; null while fewer than three such times are known. */
export const usualIntervalSeconds = (known: readonly KnownSync[]): number | null => {
  const intervals = known.slice(1).map(({ at }, index) => (at - known[index]!.at) / 1000)
  if (intervals.length < fewestIntervals) return null
  const sorted = intervals.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1]!, sorted[middle]!]
  return Math.round((lower + upper) / 2)
}

const longestSilence = 3

/** True when nothing was synced for more than three of the cohort's usual intervals. */
export const isStale = (
  cohort: { readonly lastSyncAt: Date | null; readonly usualIntervalSeconds: number | null },
  now: Date,
): boolean => {
  const { lastSyncAt, usualIntervalSeconds: usual } = cohort
  if (lastSyncAt === null || usual === null) return false
  return now.getTime() - lastSyncAt.getTime() > longestSilence * usual * 1000
}
