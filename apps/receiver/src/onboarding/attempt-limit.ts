export interface AttemptLimitOptions {
  /** A minute's worth may come at once. */
  readonly perMinute: number
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  /** Senders that are known at a time; the one not heard of for longest is forgotten first. Default 10,000. */
  readonly max?: number
}

/** True when the sender may try once more; counts it then. */
export const createAttemptLimit = ({
  perMinute,
  clock,
  max = 10_000,
}: AttemptLimitOptions): ((sender: string) => boolean) => {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>()
  return (sender) => {
    const at = clock()
    const before = buckets.get(sender) ?? { left: perMinute, at }
    const left = Math.min(perMinute, before.left + ((at - before.at) / 60_000) * perMinute)
    const mayTry = left >= 1
    buckets.delete(sender)
    const oldest = buckets.size >= max ? buckets.keys().next().value : undefined
    if (oldest !== undefined) buckets.delete(oldest)
    buckets.set(sender, { left: mayTry ? left - 1 : left, at })
    return mayTry
  }
}
