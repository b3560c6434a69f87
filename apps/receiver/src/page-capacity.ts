/** Runs the work unless too many are at work; undefined, at once, when they are. */
export type PageCapacity = <Result>(work: () => Promise<Result>) => Promise<Result> | undefined

/**
 * At most `most` at a time, in this process. What would only wait its turn is better refused while its sender still has
 * time to come again: Mixpanel does, five times within a minute.
 */
export const createPageCapacity = (most: number): PageCapacity => {
  let atWork = 0
  return (work) => {
    if (atWork >= most) return undefined
    atWork += 1
    return work().finally(() => void (atWork -= 1))
  }
}
