import { faultOf, readAnswers } from './read-answers.ts'
import type { Transcript } from './talk.ts'
import type { Vector } from './vector.ts'

/** What one vector did. */
export interface VectorResult {
  readonly name: string
  /** Statuses with how often they came, such as `400` or `200 x12`. */
  readonly answer: string
  /** Of the slowest connection. */
  readonly milliseconds: number
  /** Of the event loop meanwhile, in milliseconds. */
  readonly longestDelay: number
  /** Empty when all is well. */
  readonly problems: readonly string[]
}

type Expectation = Omit<Vector, 'name' | 'attack'>

/** What is wrong with the connections of a vector. */
export const problemsOf = (vector: Expectation, transcripts: readonly Transcript[]): readonly string[] => [
  ...new Set(transcripts.flatMap((transcript) => faultsOf(vector, transcript))),
]

const faultsOf = (vector: Expectation, { received, milliseconds, closed }: Transcript): string[] => {
  const { expected, maySayNothing = false, isHead = false, answers: most = 1, within = 5000 } = vector
  const { answers, rest } = readAnswers(received)
  const problems = answers.flatMap((answer) => {
    const fault = isHead ? undefined : faultOf(answer)
    return [
      ...(fault === undefined ? [] : [fault]),
      ...(expected.includes(answer.status) ? [] : [`${answer.status} in place of ${expected.join(' or ')}`]),
    ]
  })
  if (answers.length === 0 && !maySayNothing) problems.push('no answer')
  if (answers.length > most) problems.push(`${answers.length} answers in place of ${most}`)
  if (rest !== '') problems.push('bytes that are no answer')
  if (!closed) problems.push('the connection stays open')
  if (milliseconds > within) problems.push(`took longer than ${within} ms`)
  return problems
}

/** Statuses in the order of their first coming, and how often each came. */
export const summarise = (transcripts: readonly Transcript[]): string => {
  const counts = new Map<string, number>()
  for (const { received } of transcripts) {
    const { answers } = readAnswers(received)
    const statuses = answers.length === 0 ? ['closed'] : answers.map(({ status }) => String(status))
    for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return [...counts].map(([status, count]) => (count === 1 ? status : `${status} x${count}`)).join(', ')
}
