export interface RateParts {
  /** What somebody may do on and on; 0 turns the limit off. */
  readonly perSecond: number
  /** What may come at once. Default: five seconds' worth. */
  readonly burst?: number
  /** Names that are known at a time; the one not heard of for longest is forgotten first. Default: all. */
  readonly maxNames?: number
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
}

interface Bucket {
  readonly left: number
  readonly filledAt: number
}

/** True when whoever is named may go on once more; counts it then. Known for this process alone. */
export const createRate = (parts: RateParts): ((name: string) => boolean) => {
  const { perSecond, burst = perSecond * 5, maxNames = Infinity, clock } = parts
  const buckets = new Map<string, Bucket>()

  const filled = (name: string): Bucket => {
    const now = clock()
    const bucket = buckets.get(name) ?? { left: burst, filledAt: now }
    const gained = ((now - bucket.filledAt) / 1000) * perSecond
    return { left: Math.min(burst, bucket.left + gained), filledAt: now }
  }
  const keep = (name: string, bucket: Bucket): void => {
    buckets.delete(name)
    const oldest = buckets.size >= maxNames ? buckets.keys().next().value : undefined
    if (oldest !== undefined) buckets.delete(oldest)
    buckets.set(name, bucket)
  }
  return (name) => {
    if (perSecond === 0) return true
    const { left, filledAt } = filled(name)
    const mayPass = left >= 1
    keep(name, { left: mayPass ? left - 1 : left, filledAt })
    return mayPass
  }
}
