import fc from 'fast-check'
import { histories, type FaultKind, type History } from './history.ts'
import { playHistory } from './play-history.ts'
import type { Stage } from './stage.ts'
import { takeTurns } from './take-turns.ts'

export interface CheckPlan {
  readonly kind: FaultKind
  readonly histories: number
  readonly seed: number
}

export interface CheckResult extends CheckPlan {
  /** Histories in which both halves of a difference carry one session id. */
  readonly shared: number
  /** Our set is not Mixpanel's after the last sync, which went through. */
  readonly diverged: number
  /** Diverged, and the cohort does not say that it needs to be reconciled. */
  readonly silent: number
  /** Cohorts that say so, diverged or not. */
  readonly flagged: number
  readonly milliseconds: number
  /** The first history that must not be, as a path of fast-check; undefined when there is none. */
  readonly failedAt: string | undefined
}

interface Outcome {
  readonly diverged: boolean
  readonly flagged: boolean
}

/** Lost acknowledgements cannot always be made out; more than this is too many. */
const mostDivergedShare = 0.01

/** Plays one history in a cohort of its own. */
const outcomeOf = async (history: History, stage: Stage): Promise<Outcome> => {
  const subject = await stage.newSubject()
  const expected = await playHistory(history, subject)
  const actual = await subject.members()
  return {
    diverged: actual.join() !== expected.join(),
    flagged: (await subject.needsReconcile()) !== null,
  }
}

const isForbidden = (kind: FaultKind, { diverged, flagged }: Outcome): boolean =>
  diverged && (kind === 'refusals' || !flagged)

interface Counts {
  shared: number
  diverged: number
  silent: number
  flagged: number
}

const countOutcome = (counts: Counts, { sharesSession }: History, { diverged, flagged }: Outcome): void => {
  counts.shared += Number(sharesSession)
  counts.diverged += Number(diverged)
  counts.silent += Number(diverged && !flagged)
  counts.flagged += Number(flagged)
}

/** Plays histories of one kind, one at a time on each stage. `onHistory` hears how many were played. */
export const checkHistories = async (
  plan: CheckPlan,
  stages: readonly Stage[],
  onHistory: (played: number) => void = () => {},
): Promise<CheckResult> => {
  const { kind, histories: numRuns, seed } = plan
  const counts = { shared: 0, diverged: 0, silent: 0, flagged: 0 }
  const turns = takeTurns(stages)
  const start = performance.now()
  let [begun, played, failedAt] = [0, 0, Infinity]
  const play = async (history: History, index: number, stage: Stage): Promise<void> => {
    const outcome = await outcomeOf(history, stage)
    if (isForbidden(kind, outcome)) failedAt = Math.min(failedAt, index)
    countOutcome(counts, history, outcome)
    onHistory((played += 1))
  }
  const begin = async (history: History): Promise<void> => {
    const index = begun++
    await turns.begin((stage) => play(history, index, stage))
  }
  await fc.check(fc.asyncProperty(histories(kind), begin), { numRuns, seed, endOnFailure: true })
  await turns.end()
  const failed = failedAt === Infinity ? undefined : String(failedAt)
  return { ...plan, ...counts, failedAt: failed, milliseconds: performance.now() - start }
}

/** The simplest history like the one at `path`, and its own path. Undefined when it is no longer forbidden. */
export const shrinkHistory = async (
  { kind, seed, histories: numRuns }: CheckPlan,
  path: string,
  stage: Stage,
): Promise<{ readonly history: History; readonly path: string } | undefined> => {
  const holds = async (history: History): Promise<boolean> =>
    !isForbidden(kind, await outcomeOf(history, stage))
  const property = fc.asyncProperty(histories(kind), holds)
  const { counterexample, counterexamplePath } = await fc.check(property, { numRuns, seed, path })
  const history = counterexample?.[0]
  return history && { history, path: counterexamplePath ?? path }
}

/** Why the result is not good enough; empty when it is. */
export const problemsOf = (result: CheckResult): readonly string[] => {
  const { kind, histories: played, diverged, silent, shared } = result
  const most = kind === 'refusals' ? 0 : Math.floor(played * mostDivergedShare)
  return [
    ...(diverged > most ? [`${diverged} of ${played} diverged, at most ${most} may`] : []),
    ...(silent > 0 ? [`${silent} diverged and nothing says so`] : []),
    ...(shared === 0 || shared === played ? ['shared and separate session ids were not both drawn'] : []),
  ]
}
