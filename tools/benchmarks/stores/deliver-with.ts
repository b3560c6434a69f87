import { measuredCohort } from '../prepare-pages.ts'
import { processUsage } from '../process-usage.ts'
import { sendLoad } from '../send-load.ts'
import { cleanly } from './cleanly.ts'
import type { DatabaseServer } from './database-server.ts'
import { fullSet } from './full-set.ts'
import { keepAllProperties } from './contestant.ts'
import { watchMachine } from './machine-cpu.ts'
import { startPartner, untilAdded, type Partner } from './start-partner.ts'
import { newInstallation, startRelay, type Relay } from './start-relay.ts'
import { setTimeout } from 'node:timers/promises'

/** What so many workers do at once. */
export interface WorkerLoad {
  readonly workers: number
  readonly membersPerCall: number
  /** Each is owed the whole cohort. More than the workers can serve at once. */
  readonly destinations: number
  readonly members: number
}

/** While the middle 80 % of the changes were delivered. Cores that were busy; null where the system does not tell. */
export interface WorkerSample {
  readonly membersPerSecond: number
  readonly machineCores: number | null
  readonly workerCores: number | null
  readonly serverCores: number | null
  readonly partnerCores: number | null
}

const latency = 50
const seed = 1

const syncCohort = async (relay: Relay, adminToken: string, members: number): Promise<string> => {
  const account = await relay.admin.createAccount('Benchmark')
  await keepAllProperties(relay.url, adminToken, account.id)
  const bodies = fullSet({ members, seed, sessionId: 'all', changedEvery: 0 })
  const { failures } = await sendLoad({ url: relay.webhookUrl, key: account.key, connections: 4, bodies })
  if (failures.length > 0) throw new Error(`A page was not accepted: ${failures[0]}`)
  while ((await relay.admin.cohort(account.id, measuredCohort))?.members !== members) await setTimeout(20)
  return account.id
}

const cpuOf = (pids: readonly number[]): number | null => {
  const used = pids.map((pid) => processUsage(pid)?.cpuMilliseconds)
  return used.includes(undefined) ? null : used.reduce<number>((sum, one) => sum + (one ?? 0), 0)
}

const watch = (server: DatabaseServer, workers: readonly Relay[], partner: Partner) => {
  const machine = watchMachine()
  const read = () => ({
    at: performance.now(),
    workers: cpuOf(workers.map(({ pid }) => pid)),
    server: server.cpu(),
    partner: cpuOf([partner.pid]),
  })
  const before = read()
  return (members: number): WorkerSample => {
    const after = read()
    const milliseconds = after.at - before.at
    const cores = (was: number | null, is: number | null) =>
      was === null || is === null ? null : (is - was) / milliseconds
    return {
      membersPerSecond: (members * 1000) / milliseconds,
      machineCores: machine(),
      workerCores: cores(before.workers, after.workers),
      serverCores: cores(before.server, after.server),
      partnerCores: cores(before.partner, after.partner),
    }
  }
}

const middle = async (partner: Partner, total: number, begin: () => (members: number) => WorkerSample) => {
  let started: { readonly at: number; readonly end: (members: number) => WorkerSample } | undefined
  let sample: WorkerSample | undefined
  await untilAdded(partner, total, (added) => {
    if (added >= total * 0.1) started ??= { at: added, end: begin() }
    if (started && added >= total * 0.9) sample ??= started.end(added - started.at)
  })
  return sample!
}

/** Workers, a receiver and a partner of their own, on a new database. */
export const deliverWith = (load: WorkerLoad, server: DatabaseServer): Promise<WorkerSample> =>
  cleanly(async (cleanup) => {
    const databaseUrl = await server.createDatabase()
    cleanup.add({ undo: () => server.dropDatabase(databaseUrl), undoNow: () => {} })
    const installation = newInstallation(databaseUrl)
    const partner = await startPartner(latency, cleanup)
    const relay = await startRelay(installation, 'receive', cleanup)
    const workers: Relay[] = []
    while (workers.length < load.workers) workers.push(await startRelay(installation, 'deliver', cleanup))
    const accountId = await syncCohort(relay, installation.adminToken, load.members)
    const delivered = middle(partner, load.members * load.destinations, () => watch(server, workers, partner))
    const create = () => relay.admin.createDestination(accountId, partner.destination(load.membersPerCall))
    await Promise.all([delivered, ...Array.from({ length: load.destinations }, create)])
    return delivered
  })
