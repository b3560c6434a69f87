import type { Cleanup } from '../demo/cleanup.ts'
import { problemsOf, summarise, type VectorResult } from './judge-vector.ts'
import type { Reading } from './probe.ts'
import { startTarget, type Target, type Variant } from './start-target.ts'
import { pageAround, send, type Vector } from './vector.ts'

export interface Plan {
  readonly variant: Variant
  /** One after the other, in each round. */
  readonly vectors: readonly Vector[]
  /** All at once, in the end: they only wait. */
  readonly patient: readonly Vector[]
  /** Default 1. What memory grows by in a later one shows a leak. */
  readonly rounds?: number
  /** The most connections that are open at a time. Default 0. */
  readonly connections?: number
}

export interface Outcome {
  readonly results: readonly VectorResult[]
  /** Before the first vector, after each round, and after all. */
  readonly base: Reading
  readonly rounds: readonly Reading[]
  readonly after: Reading
  /** Of the event loop, without the time in which slow requests only waited. */
  readonly busyDelayP99: number
  readonly connections: number
  /** How the process ended, once for each time. */
  readonly ended: readonly string[]
}

const warmUpPages = 200
const warmUpLarge = 8

/** Plays the vectors against a process of its own. One that died is started again. */
export const playVectors = async (plan: Plan, cleanup: Cleanup): Promise<Outcome> => {
  const { variant, vectors, patient, connections = 0, rounds: count = 1 } = plan
  const ended: string[] = []
  let target = await startTarget(variant, cleanup)
  await warmUp(target)
  const base = await target.ask('restart')
  const playRound = async (): Promise<readonly VectorResult[]> => {
    const results: VectorResult[] = []
    for (const vector of vectors) {
      const result = await play(vector, target)
      const end = target.ended()
      results.push(end === undefined ? result : withProblem(result, 'the process died'))
      if (end === undefined) continue
      ended.push(`${vector.name}: ${end}`)
      target = await startTarget(variant, cleanup)
    }
    return results
  }
  let results = await playRound()
  const rounds = [await target.ask('settle')]
  while (rounds.length < count) {
    results = worstOf(results, await playRound())
    rounds.push(await target.ask('settle'))
  }
  // Read before the waiting begins: waiting makes any delay rare.
  const { delayP99: busyDelayP99 } = await target.ask('read')
  const waited = await Promise.all(patient.map((vector) => play(vector, target)))
  const after = await target.ask('settle')
  return { results: [...results, ...waited], base, rounds, after, busyDelayP99, connections, ended }
}

const withProblem = (result: VectorResult, problem: string): VectorResult => ({
  ...result,
  problems: [...result.problems, problem],
})

const worstOf = (earlier: readonly VectorResult[], later: readonly VectorResult[]): VectorResult[] =>
  earlier.map((one, index) => {
    const other = later[index] ?? one
    return {
      ...one,
      milliseconds: Math.max(one.milliseconds, other.milliseconds),
      longestDelay: Math.max(one.longestDelay, other.longestDelay),
      problems: [...new Set([...one.problems, ...other.problems])],
    }
  })

/** What the heaps and the database's cache hold after ordinary and large pages is no leak. */
const warmUp = async (target: Target): Promise<void> => {
  for (let page = 0; page < warmUpPages; page++) await honestPage(target)
  const large = pageAround(`[{"mixpanel_distinct_id":"ann","note":"${'x'.repeat(15e6)}"}]`)
  for (let page = 0; page < warmUpLarge; page++) await send(target, large)
  await target.ask('settle')
}

/** Besides its own verdict: an honest page goes through right after. */
const play = async (vector: Vector, target: Target): Promise<VectorResult> => {
  const { name } = vector
  try {
    await target.ask('begin')
    const transcripts = await vector.attack(target)
    const problems = problemsOf(vector, transcripts)
    const isAlive = await honestPage(target)
    const { longestDelay } = await target.ask('read')
    return {
      name,
      answer: summarise(transcripts),
      milliseconds: Math.max(...transcripts.map(({ milliseconds }) => milliseconds)),
      longestDelay,
      problems: isAlive ? problems : [...problems, 'an honest page was not taken afterwards'],
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name, answer: '-', milliseconds: 0, longestDelay: 0, problems: [reason] }
  }
}

const honestPage = async (target: Target): Promise<boolean> => {
  const { received } = await send(target, pageAround('[{"mixpanel_distinct_id":"ann"}]'))
  return received.startsWith('HTTP/1.1 200 ')
}
