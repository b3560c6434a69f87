import type { Kill, Phase } from './plan-run.ts'

/** Kills when the moments of the plan come. */
export interface Killer {
  /** A sync begins. */
  enter(sync: number): void
  /** A request of the sync goes out. */
  request(): void
  /** The sync has got as far as this phase; again and again is harmless. */
  reached(phase: Exclude<Phase, 'receiving'>): void
  /** Kills now whatever of the sync under way has not come yet, and resolves when the last victim is up again. */
  settle(): Promise<void>
  readonly killed: readonly Phase[]
}

export interface KillerParts {
  readonly kills: readonly Kill[]
  /** Resolves when the receiver is up again. */
  readonly kill: () => Promise<void>
  readonly wait: (milliseconds: number) => Promise<unknown>
}

export const createKiller = ({ kills, kill, wait }: KillerParts): Killer => {
  const left = new Set(kills)
  const killed: Phase[] = []
  let [sync, requests] = [-1, 0]
  let under: Promise<unknown> = Promise.resolve()

  const start = (victim: Kill, delay: number): void => {
    left.delete(victim)
    killed.push(victim.phase)
    const done = wait(delay).then(kill)
    under = Promise.all([under, done])
    // Whoever settles hears of a failure; until then it is no unhandled one.
    under.catch(() => {})
  }
  const startWhere = (isDue: (victim: Kill) => boolean): void => {
    for (const victim of left) if (victim.sync === sync && isDue(victim)) start(victim, victim.delay)
  }
  return {
    enter: (next) => {
      sync = next
      requests = 0
    },
    request: () => {
      requests += 1
      startWhere(({ phase, request }) => phase === 'receiving' && request <= requests)
    },
    reached: (phase) => startWhere((victim) => victim.phase === phase),
    settle: async () => {
      startWhere(() => true)
      await under
    },
    killed,
  }
}
