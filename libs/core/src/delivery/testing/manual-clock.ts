interface Pause {
  readonly endsAt: number
  readonly end: () => void
}

/** Lets everything go on that waits for nothing but promises. */
export const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 500; turns++) await Promise.resolve()
}

/** A clock that stands still until the test lets time pass, and pauses by that clock. */
export const manualClock = () => {
  let now = 0
  const pauses = new Set<Pause>()

  return {
    /** Milliseconds. */
    clock: (): number => now,
    pause: (seconds: number, stopped: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const end = (): void => {
          pauses.delete(pause)
          stopped.removeEventListener('abort', end)
          resolve()
        }
        const pause: Pause = { endsAt: now + seconds * 1000, end }
        pauses.add(pause)
        stopped.addEventListener('abort', end)
        if (stopped.aborted) end()
      }),
    /** Lets time pass, from one end of a pause to the next. */
    pass: async (seconds: number): Promise<void> => {
      const until = now + seconds * 1000
      await settle()
      for (;;) {
        const [next] = [...pauses].toSorted((one, other) => one.endsAt - other.endsAt)
        if (next === undefined || next.endsAt > until) break
        now = Math.max(now, next.endsAt)
        next.end()
        await settle()
      }
      now = until
    },
    /** How many pauses have not ended. */
    pausing: (): number => pauses.size,
  }
}
