/** `apply`: a session may have become whole. `deliver`: a destination may be owed something. */
export type Work = 'apply' | 'deliver'

/** Each does all there is to do, and resolves when nothing is left for this process. */
export type Workers = Readonly<Record<Work, () => Promise<void>>>

/**
 * Tells whoever does the work that there may be some. It only wakes: what is to be done stands in the store, and who works
 * also looks by himself now and then, so a signal that is lost delays and loses nothing.
 */
export interface WorkSignals {
  /** Never fails. */
  announce(work: Work): void
  /** From now on these are called at each announcement of any process. Called once, by a process that works. */
  serve(workers: Workers): Promise<void>
  /** Hears no announcement any more. */
  stop(): Promise<void>
}

/** Within one process. */
export const localSignals = (): WorkSignals => {
  let serving: Workers | undefined

  return {
    announce: (work) => void serving?.[work](),
    serve: async (workers) => void (serving = workers),
    stop: async () => void (serving = undefined),
  }
}
