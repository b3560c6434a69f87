import { setTimeout } from 'node:timers/promises'
import { compareSets, isEqual } from '../demo/compare-sets.ts'
import { waitUntilSettled } from '../demo/wait-until-settled.ts'
import type { SyncResult } from '../mixpanel-simulator/mixpanel.ts'
import { distinctIdOf } from '../mixpanel-simulator/people.ts'
import { compareDeliveries, type DeliveryCounts } from './compare-deliveries.ts'
import type { Phase, PlannedSync, RunPlan } from './plan-run.ts'
import type { Stage } from './set-up-stage.ts'

export interface RunResult {
  readonly seed: number
  /** Empty: all three sets are equal and nothing acknowledged was lost on the way. */
  readonly problems: readonly string[]
  readonly killed: readonly Phase[]
  /** Milliseconds from each SIGKILL to readiness. */
  readonly restarts: readonly number[]
  readonly syncs: number
  /** Syncs that Mixpanel gave up and repeated later. */
  readonly failedSyncs: number
  readonly retries: number
  /** Acknowledged pages that were gone after a restart. */
  readonly lostPages: number
  readonly deliveries: DeliveryCounts
}

export interface RunLimits {
  /** Milliseconds that an acknowledged sync may take to reach the partner, restarts included. */
  readonly settle: number
}

const attempts = 10
const slowestRestart = 10_000

interface Tally {
  syncs: number
  failedSyncs: number
  retries: number
}

const send = (stage: Stage, { kind, people }: PlannedSync): Promise<SyncResult> =>
  kind === 'diff' && stage.mixpanel.snapshot() ? stage.mixpanel.diff(people) : stage.mixpanel.fullSync(people)

/** As Mixpanel does: a sync that failed is tried again at its next time, against the last successful snapshot. */
const sendUntilAccepted = async (stage: Stage, sync: PlannedSync, tally: Tally): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    stage.watch.beginSync()
    const result = await send(stage, sync)
    tally.syncs += 1
    tally.retries += result.retries
    if (result.outcome === 'succeeded') return
    tally.failedSyncs += 1
    if (result.outcome === 'paused') throw new Error(`The sync was paused: ${result.message}.`)
  }
  throw new Error(`The sync failed ${attempts} times.`)
}

const settle = async (stage: Stage, sync: PlannedSync, limits: RunLimits): Promise<void> => {
  const { killer, watch } = stage
  const settling = {
    look: () => watch.look(),
    members: sync.people.length,
    lastSyncBefore: watch.lastSyncBefore(),
    onLook: (owed: number | undefined) => {
      if (owed !== undefined) killer.reached('delivering')
    },
  }
  const clock = { wait: () => setTimeout(10), now: () => performance.now(), limit: limits.settle }
  await waitUntilSettled(settling, clock)
  await killer.settle()
  // A kill may have come after the last look.
  await waitUntilSettled(settling, clock)
}

const differences = async (stage: Stage, sync: PlannedSync, seed: number): Promise<readonly string[]> => {
  const expected = sync.people.map((number) => distinctIdOf(number, seed))
  const sets = { ledger: await stage.ledgerIds(), partner: await stage.partnerIds() }
  return Object.entries(sets).flatMap(([name, ids]) => {
    const difference = compareSets(expected, ids)
    if (isEqual(difference)) return []
    const { missing, extra, repeated } = difference
    return [`the ${name} lacks ${missing.length}, has ${extra.length} too many, ${repeated.length} twice`]
  })
}

const playSyncs = async (
  stage: Stage,
  plan: RunPlan,
  { tally, limits }: { tally: Tally; limits: RunLimits },
) => {
  for (const [index, sync] of plan.syncs.entries()) {
    const name = `sync ${index + 1} (${sync.kind})`
    try {
      stage.killer.enter(index)
      await stage.watch.beginWork()
      await sendUntilAccepted(stage, sync, tally)
      stage.killer.reached('applying')
      await settle(stage, sync, limits)
    } catch (error) {
      // What went wrong in one sync would only be repeated by the next ones.
      return [`${name}: ${error instanceof Error ? error.message : String(error)}`]
    }
    const problems = await differences(stage, sync, plan.seed)
    if (problems.length > 0) return problems.map((problem) => `${name}: ${problem}`)
  }
  return []
}

const problemsOfIds = ({ reusedIds, renamed }: DeliveryCounts): readonly string[] => [
  ...(reusedIds > 0 ? [`${reusedIds} webhook-ids were used for different changes`] : []),
  ...(renamed > 0 ? [`${renamed} batches were sent again under another webhook-id`] : []),
]

/** Plays one run against parts that are already up. Never throws for what the receiver does wrong. */
export const runOnce = async (stage: Stage, plan: RunPlan, limits: RunLimits): Promise<RunResult> => {
  const tally: Tally = { syncs: 0, failedSyncs: 0, retries: 0 }
  const problems = await playSyncs(stage, plan, { tally, limits })
  const deliveries = compareDeliveries(await stage.deliveries())
  const { restarts } = stage.victim
  const slow = restarts.filter((milliseconds) => milliseconds > slowestRestart)
  return {
    seed: plan.seed,
    problems: [
      ...problems,
      ...stage.watch.losses(),
      ...problemsOfIds(deliveries),
      ...slow.map((milliseconds) => `a restart took ${Math.round(milliseconds)} ms`),
    ],
    killed: stage.killer.killed,
    restarts,
    ...tally,
    lostPages: stage.watch.lostPages(),
    deliveries,
  }
}
