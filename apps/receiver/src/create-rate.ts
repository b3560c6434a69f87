export interface RateParts {
  /** What somebody may do on and on; 0 turns the limit off. Five seconds' worth may come at once. */
  readonly perSecond: number
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
}

interface Bucket {
  left: number
  filledAt: number
}

const burstSeconds = 5

/** True when whoever is named may go on once more; counts it then. Known for this process alone. */
export const createRate = ({ perSecond, clock }: RateParts): ((name: string) => boolean) => {
  const most = perSecond * burstSeconds
  const buckets = new Map<string, Bucket>()

  const filled = (name: string): Bucket => {
    const now = clock()
    const bucket = buckets.get(name) ?? { left: most, filledAt: now }
    const gained = ((now - bucket.filledAt) / 1000) * perSecond
    return { left: Math.min(most, bucket.left + gained), filledAt: now }
  }
  return (name) => {
    if (perSecond === 0) return true
    const bucket = filled(name)
    const mayPass = bucket.left >= 1
    if (mayPass) bucket.left -= 1
    buckets.set(name, bucket)
    return mayPass
  }
}
