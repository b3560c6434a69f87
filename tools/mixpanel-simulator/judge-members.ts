import { compareSets, isEqual } from '../demo/compare-sets.ts'
import type { Clock } from './clock.ts'

export interface MembersVerdict {
  readonly missing: readonly string[]
  readonly tooMany: readonly string[]
}

export interface MembersQuestion {
  /** Mixpanel's set. */
  readonly expected: readonly string[]
  /** Asks the receiver; may be asked several times. */
  readonly ask: () => Promise<readonly string[]>
  /** How long the receiver may take to apply what it has acknowledged, in milliseconds. */
  readonly patience: number
}

const pause = 50

/** Compares the sets until they are equal or the patience is over. */
export const judgeMembers = async (question: MembersQuestion, clock: Clock): Promise<MembersVerdict> => {
  const { expected, ask, patience } = question
  const start = clock.now()
  for (;;) {
    const difference = compareSets(expected, await ask())
    const { missing, extra } = difference
    if (isEqual(difference) || clock.now() - start >= patience) return { missing, tooMany: extra }
    await clock.wait(pause)
  }
}

const count = (ids: readonly string[]): string =>
  ids.length === 0 ? '0' : `${ids.length} (${ids.join(', ')})`

export const renderVerdict = ({ missing, tooMany }: MembersVerdict): string =>
  `Members missing: ${count(missing)}. Members too many: ${count(tooMany)}.`
