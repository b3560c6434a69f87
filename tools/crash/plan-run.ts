import { changePeople, firstPeople } from '../mixpanel-simulator/people.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'

/** What the receiver is busy with when it is killed. */
export type Phase = 'receiving' | 'applying' | 'delivering'

export interface Kill {
  /** Which sync, from 0. */
  readonly sync: number
  readonly phase: Phase
  /** For `receiving`: from which request of the sync on, counted from 1. */
  readonly request: number
  /** Milliseconds after the phase began. */
  readonly delay: number
}

export interface PlannedSync {
  readonly kind: 'full' | 'diff'
  readonly people: readonly number[]
}

export interface RunPlan {
  readonly seed: number
  readonly syncs: readonly PlannedSync[]
  readonly kills: readonly Kill[]
  /** Both calls of a diff carry one session id: not documented, so both ways are played. */
  readonly sharedSession: boolean
}

const phases: readonly [Phase, ...Phase[]] = ['receiving', 'applying', 'delivering']
const longestDelay: Readonly<Record<Phase, number>> = { receiving: 15, applying: 150, delivering: 100 }

const drawKill = (random: SeededRandom): Kill => {
  const phase = random.pick(phases)
  return {
    sync: random.between(0, 2),
    phase,
    request: random.between(1, 4),
    delay: random.between(0, longestDelay[phase]),
  }
}

const drawChange = (random: SeededRandom) => ({
  add: random.between(100, 1800),
  remove: random.between(100, 1200),
})

/**
 * A full sync of some thousand members, a diff, and a full sync of a changed set, with one to three kills among them;
 * then one more diff in peace. A diff at the end heals nothing that was lost before, as a full sync would.
 */
export const planRun = (seed: number): RunPlan => {
  const random = createSeededRandom(seed)
  const first = firstPeople(random.between(2500, 5500))
  const second = changePeople(first, drawChange(random))
  const third = changePeople(second, drawChange(random))
  const last = changePeople(third, { add: 10, remove: 10 })
  return {
    seed,
    syncs: [
      { kind: 'full', people: first },
      { kind: 'diff', people: second },
      { kind: 'full', people: third },
      { kind: 'diff', people: last },
    ],
    kills: Array.from({ length: random.between(1, 3) }, () => drawKill(random)),
    sharedSession: random.pick([false, true]),
  }
}
