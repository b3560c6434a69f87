import { setTimeout } from 'node:timers/promises'
import type { Cleanup } from '../../demo/cleanup.ts'
import { measuredCohort, preparePages } from '../prepare-pages.ts'
import { sendLoad } from '../send-load.ts'
import { percentile } from '../statistics.ts'
import type { Contestant } from './contestant.ts'
import { fullSet } from './full-set.ts'
import { startSample, type Sample } from './sample.ts'
import { startPartner, untilAdded } from './start-partner.ts'
import type { StoresOptions } from './stores-command.ts'

/** What one turn measured, in the order of the table, and what answers were wrong. */
export interface Turn {
  readonly samples: ReadonlyMap<string, Sample>
  readonly wrong: readonly string[]
}

type Measure = (contestant: Contestant, options: StoresOptions, cleanup: Cleanup) => Promise<Turn>

const connections = 4
const warmUpPages = 30
const applyLimit = 600_000

const send = ({ relay, account }: Contestant, bodies: readonly Buffer[]) =>
  sendLoad({ url: relay.webhookUrl, key: account.key, connections, bodies })

/** Pages of a full set that never becomes whole, so that nothing is applied meanwhile. */
export const measureAck: Measure = async (contestant, { members }) => {
  const pages = Math.ceil(members / 1000)
  const bodies = preparePages('unfinished', { pages, warmUp: Math.min(warmUpPages, pages) })
  const warmUp = await send(contestant, bodies.warmUp)
  const sample = startSample(contestant)
  const { latencies, failures } = await send(contestant, bodies.measured)
  const acknowledged = {
    ...sample(pages * 1000),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
  return { samples: new Map([['acknowledged', acknowledged]]), wrong: [...warmUp.failures, ...failures] }
}

const lastSyncOf = async ({ relay, account }: Contestant): Promise<string | null> =>
  (await relay.admin.cohort(account.id, measuredCohort))?.lastSyncAt ?? null

/** The clock begins with the last page: from then on the export is whole and is applied. */
const applySet = async (contestant: Contestant, bodies: readonly Buffer[], members: number) => {
  const before = await lastSyncOf(contestant)
  const all = await send(contestant, bodies.slice(0, -1))
  const sample = startSample(contestant)
  const last = await send(contestant, bodies.slice(-1))
  const start = performance.now()
  while ((await lastSyncOf(contestant)) === before) {
    if (performance.now() - start > applyLimit) throw new Error('A full set was not applied in 10 minutes.')
    await setTimeout(10)
  }
  return { sample: sample(members), wrong: [...all.failures, ...last.failures] }
}

export const measureApply: Measure = async (contestant, { members, seed }) => {
  const samples = new Map<string, Sample>()
  const wrong: string[] = []
  for (const [name, changedEvery] of [
    ['new', 0],
    ['unchanged', 0],
    ['1 % changed', 100],
  ] as const) {
    const bodies = fullSet({ members, seed, sessionId: name, changedEvery })
    const applied = await applySet(contestant, bodies, members)
    samples.set(`applied, ${name}`, applied.sample)
    wrong.push(...applied.wrong)
  }
  const known = (await contestant.relay.admin.cohort(contestant.account.id, measuredCohort))?.members
  if (known !== members) wrong.push(`the ledger holds ${known} of ${members} members`)
  return { samples, wrong }
}

/** A destination that is made when the ledger holds everybody is owed everybody. */
export const measureDelivery: Measure = async (contestant, { members, seed }, cleanup) => {
  const { relay, account } = contestant
  const bodies = fullSet({ members, seed, sessionId: 'all', changedEvery: 0 })
  const { wrong } = await applySet(contestant, bodies, members)
  const samples = new Map<string, Sample>()
  for (const latency of [0, 50]) {
    const partner = await startPartner(latency, cleanup)
    const sample = startSample(contestant)
    await relay.admin.createDestination(account.id, partner.destination(1000))
    await untilAdded(partner, members)
    samples.set(`delivered, partner ${latency} ms`, sample(members))
  }
  return { samples, wrong }
}
