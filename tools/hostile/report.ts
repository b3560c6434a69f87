import { renderTable } from '../terminal/table.ts'
import type { VectorResult } from './judge-vector.ts'
import type { Outcome } from './play-vectors.ts'

/**
 * What the event loop and the memory of the receiver may come to. `kept`: SQLite's page cache grows with the database;
 * `perRound`: what the same vectors add once more.
 */
const limits = { delayP99: 100, peak: 384, kept: 32, live: 8, perRound: 16 } as const
/** What Node takes for a connection that only waits. */
const megabytesPerConnection = 16 / 1024

interface Figure {
  readonly name: string
  readonly value: string
  readonly isGood: boolean
}

const megabytes = (size: number): string => `${Math.round(size)} MB`

const plain = (name: string, value: string): Figure => ({ name, value, isGood: true })
const none = (name: string, count: number): Figure => ({ name, value: String(count), isGood: count === 0 })

/** The figures of a run, each with its verdict. */
const figuresOf = (outcome: Outcome): readonly Figure[] => {
  const { results, after, busyDelayP99, ended } = outcome
  const bad = results.filter(({ problems }) => problems.length > 0).length
  const longest = Math.max(...results.map(({ longestDelay }) => longestDelay))
  return [
    {
      name: 'vectors answered as they should be',
      value: `${results.length - bad} of ${results.length}`,
      isGood: bad === 0,
    },
    none('crashes', ended.length),
    none('unhandled rejections', ended.filter((end) => end.includes('unhandledRejection')).length),
    {
      name: 'event-loop delay, p99',
      value: `${after.delayP99.toFixed(1)} ms (limit ${limits.delayP99})`,
      isGood: after.delayP99 <= limits.delayP99,
    },
    plain('event-loop delay, p99 without the slow vectors', `${busyDelayP99.toFixed(1)} ms`),
    plain('event-loop delay, longest', `${longest.toFixed(0)} ms`),
    ...memoryFigures(outcome),
  ]
}

const memoryFigures = (outcome: Outcome): readonly Figure[] => {
  const { base, after, connections } = outcome
  const waiting = Math.round(connections * megabytesPerConnection)
  return [
    plain('memory before', megabytes(base.memory)),
    bounded('memory at most', after.peakMemory - base.memory, limits.peak + waiting),
    ...keptMemory(outcome),
    bounded('  in use by the main thread', after.live - base.live, limits.live),
  ]
}

const keptMemory = ({ base, rounds, after }: Outcome): readonly Figure[] => {
  const [first = after, ...later] = rounds
  const named = [['memory after all', after.memory - base.memory, limits.kept] as const]
  const growths = later.map(({ memory }, index) => {
    const growth = (memory - first.memory) / (index + 1)
    return [`  a round more, by round ${index + 2}`, growth, limits.perRound] as const
  })
  return [...named, ...growths].map(([name, size, limit]) =>
    after.memoryIsUsed ? bounded(name, size, limit) : plain(name, `${signed(size)} (with what is free)`),
  )
}

const signed = (size: number): string => `${size < 0 ? '' : '+'}${megabytes(size)}`

const bounded = (name: string, size: number, limit: number): Figure => ({
  name,
  value: `${signed(size)} (limit +${limit})`,
  isGood: size <= limit,
})

/** Names of the figures that say that memory did not come back to what it was. */
export const badMemoryFigures = (outcome: Outcome): readonly string[] =>
  memoryFigures(outcome)
    .filter(({ isGood }) => !isGood)
    .map(({ name }) => name)

const rowOf = ({ name, answer, milliseconds, longestDelay, problems }: VectorResult): readonly string[] => [
  name,
  answer,
  `${milliseconds.toFixed(0)} ms`,
  `${longestDelay.toFixed(0)} ms`,
  problems.length === 0 ? 'ok' : `FAIL: ${problems.join('; ')}`,
]

/** A row for each vector, then the figures, then how the process died if it did. */
export const renderHostileReport = (outcome: Outcome): string => {
  const vectors = renderTable(
    [
      { title: 'Vector' },
      { title: 'Answer' },
      { title: 'Time', align: 'right' },
      { title: 'Loop held', align: 'right' },
      { title: 'Verdict' },
    ],
    outcome.results.map(rowOf),
  )
  const figures = renderTable(
    [{ title: 'Figure' }, { title: 'Value', align: 'right' }, { title: 'Verdict' }],
    figuresOf(outcome).map(({ name, value, isGood }) => [name, value, isGood ? 'ok' : 'FAIL']),
  )
  return [vectors, figures, ...outcome.ended].join('\n\n')
}

export const isSound = (outcome: Outcome): boolean => figuresOf(outcome).every(({ isGood }) => isGood)
