import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { Cleanup } from '../../demo/cleanup.ts'
import { pagesOf, type PageBody } from '../../mixpanel-simulator/pages.ts'
import { memberOf } from '../../mixpanel-simulator/people.ts'
import { createProgress } from '../../terminal/progress.ts'
import { sendLoad } from '../send-load.ts'
import { measuredCohort } from '../prepare-pages.ts'
import { insertAlignedAccounts, type AlignedAccount } from './aligned-accounts.ts'
import { judgeAligned, renderAligned, type AlignedFigures } from './aligned-report.ts'
import { cleanly } from './cleanly.ts'
import { query, startDatabaseServer } from './database-server.ts'
import { watchMachine } from './machine-cpu.ts'
import { offerCalls } from './offer-calls.ts'
import type { Bench, PlayedPart } from './part.ts'
import { startPartner, type Partner } from './start-partner.ts'
import { newInstallation, startRelay, type Installation, type Relay } from './start-relay.ts'

/** A difference of a usual cohort. */
const membersPerCall = 100
/** Calls a second that are offered, as a multiple of what was taken when one waits for the other. */
const overload = 2
const capacityConnections = 32
const doneLimit = 600_000

interface Stage {
  readonly installation: Installation
  readonly relay: Relay
  readonly partner: Partner
}

const setUp = async (folder: string, cleanup: Cleanup): Promise<Stage> => {
  const server = await startDatabaseServer(folder, cleanup)
  const installation = newInstallation(await server.createDatabase())
  const partner = await startPartner(0, cleanup)
  const relay = await startRelay(installation, 'receive', cleanup)
  await startRelay(installation, 'deliver', cleanup)
  return { installation, relay, partner }
}

/** The only page of a full set of a cohort of its own. */
const pageFor = (cohort: number, seed: number): PageBody => {
  const first = cohort * membersPerCall
  const [page] = pagesOf({
    action: 'members',
    cohort: { ...measuredCohort, id: String(cohort) },
    sessionId: `export-${cohort}`,
    people: Array.from({ length: membersPerCall }, (_, index) => first + index),
    memberOf: (number) => memberOf(number, 'default', seed),
    bodies: 'documented',
  })
  return page!
}

const countSql = `SELECT (SELECT count(*)::integer FROM cohort_relay.page WHERE pending) AS pending,
  (SELECT count(*)::integer FROM cohort_relay.feed JOIN cohort_relay.cohort ON cohort.id = feed.cohort
   WHERE cursor < sequence) AS owing`

/** Until every page that was stored is applied and delivered. Milliseconds; null when it took too long. */
const untilDone = async ({ installation }: Stage, since: number): Promise<number | null> => {
  for (;;) {
    const [row] = await query(installation.databaseUrl, countSql)
    const milliseconds = performance.now() - since
    if (row?.['pending'] === 0 && row['owing'] === 0) return milliseconds
    if (milliseconds > doneLimit) return null
    await setTimeout(250)
  }
}

/** Calls a second that are taken for a while when each connection waits for its answer, while others are delivered. */
const measureCapacity = async (stage: Stage, { seconds, seed }: Bench['options']): Promise<number> => {
  const { relay, partner } = stage
  const account = await relay.admin.createAccount('Capacity')
  await relay.admin.createDestination(account.id, partner.destination(1000))
  const load = { url: relay.webhookUrl, key: account.key, connections: capacityConnections }
  const until = performance.now() + Math.min(10, seconds) * 1000
  let calls = 0
  const start = performance.now()
  while (performance.now() < until) {
    const bodies = Array.from({ length: 256 }, (_, index) =>
      Buffer.from(JSON.stringify(pageFor(calls + index, seed))),
    )
    const { failures } = await sendLoad({ ...load, bodies })
    if (failures.length > 0) throw new Error(`A page was not accepted: ${failures[0]}`)
    calls += bodies.length
  }
  const perSecond = (calls * 1000) / (performance.now() - start)
  await untilDone(stage, performance.now())
  return perSecond
}

const ledgerSql = `SELECT account_id FROM cohort_relay.cohort WHERE account_id LIKE 'aligned-%' AND members = $1`

const playMinute = async (stage: Stage, bench: Bench, capacity: number): Promise<AlignedFigures> => {
  const { seconds, seed } = bench.options
  const { installation, relay, partner } = stage
  const perSecond = capacity * overload
  const count = Math.ceil(perSecond * seconds)
  const accounts = await insertAlignedAccounts(installation, count, partner.settings(1000))
  const toldBefore = await partner.added()
  const progress = createProgress({ label: 'aligned: calls ended', total: count }, bench.screen)
  const machine = watchMachine()
  const start = performance.now()
  const offered = await offerCalls({
    url: relay.webhookUrl,
    perSecond,
    calls: accounts.map(({ key }, index) => ({ key, page: () => pageFor(index, seed) })),
    onProgress: (ended) => progress.update(ended),
  })
  progress.finish()
  const machineCores = machine()
  const doneMilliseconds = await untilDone(stage, start)
  const rows = await query(installation.databaseUrl, ledgerSql, [membersPerCall])
  return {
    capacity,
    perSecond,
    seconds,
    membersPerCall,
    offered,
    doneMilliseconds,
    machineCores,
    lost: countLost(accounts, { offered, known: new Set(rows.map((row) => String(row['account_id']))) }),
    told: (await partner.added()) - toldBefore,
    inLedger: rows.length,
  }
}

/** Calls that were acknowledged and of which the ledger knows nothing. */
const countLost = (
  accounts: readonly AlignedAccount[],
  { offered, known }: { readonly offered: AlignedFigures['offered']; readonly known: ReadonlySet<string> },
): number =>
  accounts.filter(({ id }, index) => offered.results[index]?.outcome === 'accepted' && !known.has(id)).length

export const playAligned = async (bench: Bench): Promise<PlayedPart> => {
  const figures = await cleanly(async (cleanup) => {
    const stage = await setUp(bench.options.folder, cleanup)
    return playMinute(stage, bench, await measureCapacity(stage, bench.options))
  })
  const { results, statuses } = figures.offered
  return {
    name: 'aligned',
    text: renderAligned(figures, cpus().length),
    ...judgeAligned(figures),
    figures: { ...figures, offered: { calls: results.length, statuses: Object.fromEntries(statuses) } },
  }
}
