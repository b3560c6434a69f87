import { cpus } from 'node:os'
import { formatCount } from '../../terminal/format.ts'
import { createProgress } from '../../terminal/progress.ts'
import { renderTable, type Column } from '../../terminal/table.ts'
import { median, pairRatios, spreadOf, type Spread } from '../statistics.ts'
import { cleanly } from './cleanly.ts'
import { startDatabaseServer, type DatabaseServer } from './database-server.ts'
import { deliverWith, type WorkerLoad, type WorkerSample } from './deliver-with.ts'
import type { Bench, PlayedPart } from './part.ts'

/** Loads that differ by the number of workers alone, with their samples run by run. */
interface Contest {
  readonly load: WorkerLoad
  readonly samples: WorkerSample[]
}

interface Row extends Pick<WorkerLoad, 'workers' | 'membersPerCall'> {
  readonly membersPerSecond: Spread
  /** 1 is as many times the first row's as there are times as many workers. */
  readonly linear: Spread
  readonly cores: Readonly<Record<'machine' | 'workers' | 'server' | 'partner', number | null>>
  readonly full: string | null
}

/** Of a core, or of all cores of the machine. */
const fullShare = 0.9
const leastLinear = 0.85

const columns: readonly Column[] = [
  ...['Members a call', 'Workers', 'Members/s', 'min..max', 'Linear', 'min..max'].map((title) => ({
    title,
    align: 'right' as const,
  })),
  ...['Cores: machine', 'workers', 'server', 'partner'].map((title) => ({ title, align: 'right' as const })),
  { title: 'Full' },
]

/** Small calls wait for the partner most of the time; full ones need the processor. */
const loadsOf = ({ workers, members }: Bench['options']): readonly WorkerLoad[] => {
  const destinations = 16 * (workers.at(-1) ?? 1)
  const small = Math.min(400, Math.ceil(members / 100))
  const large = Math.min(3000, members)
  return [
    ...workers.map((count) => ({ workers: count, membersPerCall: 10, destinations, members: small })),
    ...workers.map((count) => ({ workers: count, membersPerCall: 1000, destinations, members: large })),
  ]
}

type CoreName = 'machineCores' | 'workerCores' | 'serverCores' | 'partnerCores'

const coresOf = (samples: readonly WorkerSample[], name: CoreName): number | null => {
  const values = samples.flatMap((sample) => sample[name] ?? [])
  return values.length === samples.length ? median(values) : null
}

/** The partner is one process with one thread. */
const fullOf = ({ machine, workers, server, partner }: Row['cores']): string | null => {
  if ((partner ?? 0) >= fullShare) return 'core of the partner'
  if ((machine ?? 0) < fullShare * cpus().length) return null
  const ours = (workers ?? 0) + (server ?? 0) + (partner ?? 0)
  return ours >= (machine ?? 0) / 2 ? 'cores of the machine' : 'cores of the machine, mostly by others'
}

const rates = (samples: readonly WorkerSample[]): readonly number[] =>
  samples.map(({ membersPerSecond }) => membersPerSecond)

const rowOf = ({ load, samples }: Contest, first: Contest): Row => {
  const times = load.workers / first.load.workers
  const cores = {
    machine: coresOf(samples, 'machineCores'),
    workers: coresOf(samples, 'workerCores'),
    server: coresOf(samples, 'serverCores'),
    partner: coresOf(samples, 'partnerCores'),
  }
  return {
    workers: load.workers,
    membersPerCall: load.membersPerCall,
    membersPerSecond: spreadOf(rates(samples)),
    linear: spreadOf(pairRatios(rates(samples), rates(first.samples)).map((ratio) => ratio / times)),
    cores,
    full: fullOf(cores),
  }
}

export const rowsOf = (contests: readonly Contest[]): readonly Row[] =>
  contests.map((contest) => {
    const first = contests.find(({ load }) => load.membersPerCall === contest.load.membersPerCall)!
    return rowOf(contest, first)
  })

const decimal = (value: number | null): string => value?.toFixed(2) ?? '-'

const cellsOf = (row: Row): string[] => [
  formatCount(row.membersPerCall),
  String(row.workers),
  formatCount(row.membersPerSecond.median),
  `${formatCount(row.membersPerSecond.min)}..${formatCount(row.membersPerSecond.max)}`,
  decimal(row.linear.median),
  `${decimal(row.linear.min)}..${decimal(row.linear.max)}`,
  ...Object.values(row.cores).map(decimal),
  row.full ?? '-',
]

/** Less than linear is fine only where something that can be named is full. */
export const missedBy = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(({ workers, membersPerCall, linear, full }) =>
    linear.median >= leastLinear || full !== null
      ? []
      : [
          `${workers} workers at ${membersPerCall} members a call reach ${decimal(linear.median)} of linear and nothing is full`,
        ],
  )

const playLoads = async (server: DatabaseServer, { options, screen }: Bench): Promise<readonly Contest[]> => {
  const contests = loadsOf(options).map((load): Contest => ({ load, samples: [] }))
  const progress = createProgress({ label: 'workers: turns', total: options.runs * contests.length }, screen)
  for (let run = 0; run < options.runs; run += 1) {
    for (const [index, { load, samples }] of contests.entries()) {
      samples.push(await deliverWith(load, server))
      progress.update(run * contests.length + index + 1)
    }
  }
  progress.finish()
  return contests
}

export const playWorkers = async (bench: Bench): Promise<PlayedPart> => {
  const contests = await cleanly(async (cleanup) =>
    playLoads(await startDatabaseServer(bench.options.folder, cleanup), bench),
  )
  const rows = rowsOf(contests)
  const note = `A partner that answers after 50 ms; ${contests[0]?.load.destinations} destinations, one call at a time each, eight served by a worker at once. Measured while the middle 80 % was delivered. Full: from ${fullShare * 100} % on.`
  const text = `${renderTable(columns, rows.map(cellsOf))}\n\n${note}`
  return { name: 'workers', text, wrong: [], missed: missedBy(rows), figures: { rows, contests } }
}
