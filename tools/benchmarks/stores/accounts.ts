import { formatCount } from '../../terminal/format.ts'
import { createProgress, type Progress } from '../../terminal/progress.ts'
import { renderTable, type Column } from '../../terminal/table.ts'
import { cleanly } from './cleanly.ts'
import { startDatabaseServer, type DatabaseServer } from './database-server.ts'
import { insertAccounts } from './insert-accounts.ts'
import {
  timeClaims,
  timeIdleSteps,
  timeKeys,
  watchIdle,
  withStore,
  type IdleCores,
  type Times,
} from './measure-accounts.ts'
import type { Bench, PlayedPart } from './part.ts'

interface AccountFigures {
  readonly idle: IdleCores
  readonly keys: Times
  readonly idleStep: Times
  /** By how many feeds are due. */
  readonly claims: ReadonlyMap<number, Times>
}

const keyTarget = 5
const idleTarget = 0.05
/** How much longer a look may take among all feeds than among a few. */
const claimTarget = 2
const someDue = 100

const columns: readonly Column[] = [
  { title: '' },
  { title: 'p50 ms', align: 'right' },
  { title: 'p99 ms', align: 'right' },
  { title: 'Target' },
]

const row = (name: string, { p50, p99 }: Times, target = ''): string[] => [
  name,
  p50.toFixed(2),
  p99.toFixed(2),
  target,
]

const percent = (cores: number | null): string => (cores === null ? '-' : `${(cores * 100).toFixed(1)} %`)

const renderTimes = ({ keys, idleStep, claims }: AccountFigures): string =>
  renderTable(columns, [
    row('key looked up', keys, `p99 at most ${keyTarget}`),
    ...[...claims].map(([due, times]) =>
      row(
        `feeds claimed, ${formatCount(due)} due`,
        times,
        due > someDue ? `p50 at most ${claimTarget} times that of ${someDue}` : '',
      ),
    ),
    row('nothing to apply', idleStep),
  ])

export const missedBy = ({ keys, claims, idle }: AccountFigures): readonly string[] => {
  const all = [...claims.values()].at(-1)
  const few = claims.get(someDue)
  const missed: string[] = []
  if (keys.p99 > keyTarget) missed.push(`a key is looked up in ${keys.p99.toFixed(1)} ms at p99`)
  if (all && few && all.p50 > claimTarget * few.p50)
    missed.push(
      `claiming among all feeds takes ${(all.p50 / few.p50).toFixed(1)} times as long as among ${someDue}`,
    )
  if ((idle.process ?? 0) > idleTarget) missed.push(`an idle process uses ${percent(idle.process)} of a core`)
  return missed
}

const measure = async (server: DatabaseServer, { options }: Bench, progress: Progress) => {
  const { accounts, idleSeconds } = options
  const url = await server.createDatabase()
  await insertAccounts(url, accounts)
  progress.update(1)
  const idle = await watchIdle(server, url, idleSeconds)
  progress.update(2)
  return withStore(url, async (store): Promise<AccountFigures> => {
    const keys = await timeKeys(store, accounts)
    const idleStep = await timeIdleSteps(store)
    progress.update(3)
    const claims = new Map<number, Times>()
    for (const due of [0, someDue, accounts]) claims.set(due, await timeClaims(store, url, due))
    progress.update(4)
    return { idle, keys, idleStep, claims }
  })
}

export const playAccounts = async (bench: Bench): Promise<PlayedPart> => {
  const { accounts, idleSeconds } = bench.options
  const progress = createProgress({ label: 'accounts: steps', total: 4 }, bench.screen)
  const figures = await cleanly(async (cleanup) =>
    measure(await startDatabaseServer(bench.options.folder, cleanup), bench, progress),
  )
  progress.finish()
  const { process, server } = figures.idle
  const idle = `Idle for ${idleSeconds} s: the process used ${percent(process)} of a core (target ${percent(idleTarget)}), PostgreSQL ${percent(server)}.`
  const note = `${formatCount(accounts)} accounts, each with one cohort, one destination and one session that was applied; no members.`
  return {
    name: 'accounts',
    text: `${renderTimes(figures)}\n\n${idle}\n${note}`,
    wrong: [],
    missed: missedBy(figures),
    figures: { ...figures, claims: Object.fromEntries(figures.claims) },
  }
}
