export interface Turns<Place> {
  /** Resolves as soon as a place has begun with the work. Rejects once any work has failed. */
  begin(work: (place: Place) => Promise<void>): Promise<void>
  /** Resolves when nothing is under way any more, rejects if any work has failed. */
  end(): Promise<void>
}

/** Does as much work at a time as there are places, one piece in each. */
export const takeTurns = <Place>(places: readonly Place[]): Turns<Place> => {
  const free = [...places]
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  const throwFailure = (): void => {
    if (failures.length > 0) throw failures[0]
  }
  const workAt = async (place: Place, work: (place: Place) => Promise<void>): Promise<void> => {
    try {
      await work(place)
    } catch (error) {
      failures.push(error)
    }
    free.push(place)
  }
  return {
    begin: async (work) => {
      while (free.length === 0) await Promise.race(underWay)
      throwFailure()
      const working = workAt(free.shift()!, work).then(() => void underWay.delete(working))
      underWay.add(working)
    },
    end: async () => {
      await Promise.all(underWay)
      throwFailure()
    },
  }
}
