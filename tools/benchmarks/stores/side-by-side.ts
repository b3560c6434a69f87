import { formatCount } from '../../terminal/format.ts'
import { createProgress } from '../../terminal/progress.ts'
import { renderTable, type Column } from '../../terminal/table.ts'
import { pinLoad, unpinLoad, type Cores } from '../pin.ts'
import { median, pairRatios, spreadOf } from '../statistics.ts'
import { cleanly } from './cleanly.ts'
import { openContestant, storeNames, type Arena, type StoreName } from './contestant.ts'
import { startDatabaseServer } from './database-server.ts'
import { measureAck, measureApply, measureDelivery, type Turn } from './measure-stores.ts'
import type { Bench, PlayedPart } from './part.ts'
import type { Sample } from './sample.ts'

const measures = { ack: measureAck, apply: measureApply, delivery: measureDelivery } as const
export type SideBySide = keyof typeof measures

type Round = Readonly<Record<StoreName, Turn>>

const columns: readonly Column[] = [
  { title: '' },
  { title: 'Store' },
  ...['Members/s', 'min..max', 'Ratio', 'min..max', 'p50 ms', 'p99 ms', 'CPU ms', 'Server CPU ms'].map(
    (title) => ({ title, align: 'right' as const }),
  ),
]

const samplesOf = (rounds: readonly Round[], store: StoreName, name: string): readonly Sample[] =>
  rounds.map((round) => round[store].samples.get(name)!)

const rates = (samples: readonly Sample[]): readonly number[] =>
  samples.map(({ membersPerSecond }) => membersPerSecond)

type Figure = Exclude<keyof Sample, 'membersPerSecond'>

const figure = (samples: readonly Sample[], name: Figure, digits: number): string => {
  const values = samples.flatMap((sample) => sample[name] ?? [])
  return values.length === samples.length ? median(values).toFixed(digits) : '-'
}

const rowOf = (rounds: readonly Round[], store: StoreName, name: string): string[] => {
  const samples = samplesOf(rounds, store, name)
  const rate = spreadOf(rates(samples))
  const ratio = spreadOf(pairRatios(rates(samples), rates(samplesOf(rounds, 'SQLite', name))))
  return [
    name,
    store,
    formatCount(rate.median),
    `${formatCount(rate.min)}..${formatCount(rate.max)}`,
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}`,
    figure(samples, 'p50', 1),
    figure(samples, 'p99', 1),
    figure(samples, 'processCpu', 2),
    figure(samples, 'serverCpu', 2),
  ]
}

const renderRounds = (rounds: readonly Round[]): string => {
  const names = [...(rounds[0]?.SQLite.samples.keys() ?? [])]
  return renderTable(
    columns,
    names.flatMap((name) => storeNames.map((store) => rowOf(rounds, store, name))),
  )
}

const playRounds = async (name: SideBySide, arena: Arena, { options, screen }: Bench) => {
  const progress = createProgress({ label: `${name}: turns`, total: options.runs * 2 }, screen)
  const rounds: Round[] = []
  const play = async (store: StoreName): Promise<Turn> => {
    const turn = await cleanly(async (cleanup) =>
      measures[name](await openContestant(store, arena, cleanup), options, cleanup),
    )
    progress.update(rounds.length * 2 + storeNames.indexOf(store) + 1)
    return turn
  }
  while (rounds.length < options.runs)
    rounds.push({ SQLite: await play('SQLite'), PostgreSQL: await play('PostgreSQL') })
  progress.finish()
  return rounds
}

const placeOf = (cores: Cores | undefined): string =>
  cores
    ? `Process and database server share core ${cores.server}; load and partner have core ${cores.load}.`
    : 'Nothing is pinned: load and partner share the cores with what is measured.'

/** Each turn has a new process and a new database; the stores take turns. */
export const playSideBySide = async (name: SideBySide, bench: Bench): Promise<PlayedPart> => {
  const { members, runs, folder } = bench.options
  const cores = pinLoad()
  try {
    const rounds = await cleanly(async (cleanup) => {
      const server = await startDatabaseServer(folder, cleanup)
      if (cores) server.pinTo(cores.server)
      return playRounds(name, { folder, server, cores }, bench)
    })
    const note = `Medians of ${runs} runs of ${formatCount(members)} members. CPU is for 1,000 members. ${placeOf(cores)}`
    const wrong = rounds.flatMap((round) => storeNames.flatMap((store) => round[store].wrong))
    const figures = rounds.map((round) =>
      Object.fromEntries(storeNames.map((store) => [store, Object.fromEntries(round[store].samples)])),
    )
    return { name, text: `${renderRounds(rounds)}\n\n${note}`, wrong, missed: [], figures }
  } finally {
    if (cores) unpinLoad()
  }
}
