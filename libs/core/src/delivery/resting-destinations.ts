/** Destinations that are not to be called for a while. Forgotten when the process ends: one call then tells again. */
export const restingDestinations = () => {
  const ends = new Map<string, Date>()

  return {
    add: (destinationId: string, until: Date): void => void ends.set(destinationId, until),
    has: (destinationId: string, at: Date): boolean => {
      const until = ends.get(destinationId)
      if (until !== undefined && until <= at) ends.delete(destinationId)
      return ends.has(destinationId)
    },
    size: (): number => ends.size,
    /** Milliseconds since 1970; infinity when none rests beyond `at`. */
    nextEnd: (at: Date): number =>
      Math.min(...[...ends.values()].filter((until) => until > at).map((until) => until.getTime())),
  }
}
