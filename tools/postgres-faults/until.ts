import { setTimeout } from 'node:timers/promises'

export interface Waiting {
  /** Milliseconds after which it is given up. */
  readonly limit: number
  /** Milliseconds between two looks. Default 20. */
  readonly every?: number
}

/** Looks until it is so. Resolves with the milliseconds that took; undefined when it was given up. A look that fails says no. */
export const until = async (
  look: () => boolean | Promise<boolean>,
  { limit, every = 20 }: Waiting,
): Promise<number | undefined> => {
  const start = performance.now()
  while (performance.now() - start < limit) {
    if (await Promise.resolve(look()).catch(() => false)) return performance.now() - start
    await setTimeout(every)
  }
  return undefined
}

const stillMilliseconds = 30_000

/** Looks until it is so, as long as something goes on: given up when `progress` stays what it was for 30 s. */
export const untilStill = async (
  look: () => Promise<boolean>,
  progress: () => number,
): Promise<number | undefined> => {
  const start = performance.now()
  for (let before = -1; before !== progress();) {
    before = progress()
    if ((await until(look, { limit: stillMilliseconds, every: 200 })) !== undefined)
      return performance.now() - start
  }
  return undefined
}
