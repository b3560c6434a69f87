export interface PageRateParts {
  /** Pages that an account may send on and on; 0 turns the limit off. It may send five seconds' worth at once. */
  readonly pagesPerSecond: number
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
}

interface Bucket {
  pages: number
  filledAt: number
}

const burstSeconds = 5

/** True when the account may send one page more; counts it then. Known for this process alone. */
export const createPageRate = ({
  pagesPerSecond,
  clock,
}: PageRateParts): ((accountId: string) => boolean) => {
  const most = pagesPerSecond * burstSeconds
  const buckets = new Map<string, Bucket>()

  const filled = (accountId: string): Bucket => {
    const now = clock()
    const bucket = buckets.get(accountId) ?? { pages: most, filledAt: now }
    const gained = ((now - bucket.filledAt) / 1000) * pagesPerSecond
    return { pages: Math.min(most, bucket.pages + gained), filledAt: now }
  }
  return (accountId) => {
    if (pagesPerSecond === 0) return true
    const bucket = filled(accountId)
    const mayPass = bucket.pages >= 1
    if (mayPass) bucket.pages -= 1
    buckets.set(accountId, bucket)
    return mayPass
  }
}
