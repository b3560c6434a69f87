/** What is remembered for a while. */
export interface ShortMemory<Value> {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value, seconds: number) => void
}

export interface ShortMemoryOptions {
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  /** Default 10,000; the oldest entry leaves first. */
  readonly max?: number
}

/** However many keys come, no more than `max` are remembered. */
export const createShortMemory = <Value>({ clock, max = 10_000 }: ShortMemoryOptions): ShortMemory<Value> => {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>()
  return {
    get: (key) => {
      const entry = entries.get(key)
      if (entry !== undefined && clock() < entry.until) return entry.value
      entries.delete(key)
      return undefined
    },
    set: (key, value, seconds) => {
      entries.delete(key)
      const oldest = entries.size >= max ? entries.keys().next().value : undefined
      if (oldest !== undefined) entries.delete(oldest)
      entries.set(key, { value, until: clock() + seconds * 1000 })
    },
  }
}
