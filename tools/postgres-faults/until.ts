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
