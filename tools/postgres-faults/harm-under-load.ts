import { setTimeout } from 'node:timers/promises'
import type { Store } from '@cohort-relay/core'
import { compareSets, isEqual } from '../demo/compare-sets.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { createDestination, openWorld, through, type World } from './open-world.ts'
import { memberIds } from './page-of.ts'
import { recordingPartner, type RecordingPartner } from './recording-partner.ts'
import { runReceiver } from './run-receiver.ts'
import { problemsOfAnswers, startLoad, type LoadResult } from './start-load.ts'
import type { FaultProxy } from './start-proxy.ts'
import { startWork } from './start-work.ts'
import { until, untilStill } from './until.ts'

/** A receiver and a worker on a store whose connections go through a proxy, under load. */
export interface Harmed {
  readonly world: World
  readonly url: string
  readonly proxy: FaultProxy
}

export interface Harm {
  readonly name: string
  /** Resolves when it is done; the result heals it. */
  readonly harm: (harmed: Harmed) => Promise<() => Promise<unknown> | void>
  /** Between harm and healing. */
  readonly seconds: number
  readonly settings?: Readonly<Record<string, string>>
  /** Like a pooler in transaction mode. Default: false. */
  readonly pools?: boolean
  /** Changes the store of receiver and worker: a control breaks it. */
  readonly breaking?: (store: Store) => Partial<Store>
}

export interface Recovery {
  /** From healing to the next page that is acknowledged and to the partner's being told of one. */
  readonly seconds: number
  readonly slowestAnswerSeconds: number
  readonly refused: number
  readonly pages: number
  readonly problems: readonly string[]
}

const cohorts = ['one', 'two', 'three', 'four']
const recoverySeconds = 30

interface Settling {
  readonly store: Store
  readonly accountId: string
  readonly partner: RecordingPartner
  readonly result: LoadResult
}

const problemsOfSets = async ({ store, accountId, partner, result }: Settling): Promise<string[]> => {
  let difference: string[] = []
  const isSettled = async (): Promise<boolean> => {
    difference = []
    for (const [cohort, ids] of result.acknowledged) {
      const ledger = await memberIds(store, accountId, cohort)
      const { missing, extra } = compareSets(ids, ledger)
      if (missing.length + extra.length > 0)
        difference.push(`${cohort}: the ledger lacks ${missing.length} and has ${extra.length} too many`)
      if (!isEqual(compareSets(ledger, partner.idsOf(cohort))))
        difference.push(`${cohort}: the partner was not told what the ledger holds`)
    }
    return difference.length === 0
  }
  await untilStill(isSettled, () => partner.calls.length)
  return difference
}

/** What the fault was taken for: a member that is refused for good, or a feed with a failure it did not have. */
const problemsOfPoison = async ({ world, url }: Harmed): Promise<string[]> => {
  const [row] = await world.ask(
    url,
    `SELECT (SELECT count(*) FROM cohort_relay.member_failure)::integer AS failures,
       (SELECT count(*) FROM cohort_relay.feed WHERE last_error IS NOT NULL)::integer AS feeds`,
  )
  const { failures, feeds } = row as { failures: number; feeds: number }
  return failures + feeds > 0 ? [`${failures} members and ${feeds} feeds are marked as failed`] : []
}

/** Load, the harm, its healing; then everything that was acknowledged must be everywhere. */
export const harmUnderLoad = async (cleanup: Cleanup, parts: Harm): Promise<Recovery> => {
  const { name, harm, seconds, settings, pools, breaking = () => ({}) } = parts
  const world = await openWorld(cleanup, settings)
  const url = await world.createDatabase()
  const proxy = await world.proxy(pools)
  const behind = await world.openStore(through(proxy, url), { poolSize: 6 })
  const store = { ...behind, ...breaking(behind) }
  const receiver = await runReceiver({ store, cleanup, role: 'receive' })
  const accountId = receiver.account.id
  await createDestination(store, accountId, 'crm')
  const partner = recordingPartner({ milliseconds: 5 })
  const work = startWork(store, partner, { leaseSeconds: 15, idleSeconds: 0.5 })
  cleanup.add({ undo: () => work.stop(), undoNow: () => {} })
  const load = startLoad(receiver, cohorts)
  await until(() => load.accepted() > 20 && partner.calls.length > 5, { limit: 20_000 })

  const heal = await harm({ world, url, proxy })
  await setTimeout(seconds * 1000)
  await heal()
  const [accepted, calls] = [load.accepted(), partner.calls.length]
  const recovered = await until(() => load.accepted() > accepted && partner.calls.length > calls, {
    limit: 60_000,
  })
  const result = await load.stop()
  const problems = [
    ...problemsOfAnswers(result),
    ...(await problemsOfSets({ store: behind, accountId, partner, result })),
    ...(await problemsOfPoison({ world, url, proxy })),
  ]
  if (recovered === undefined || recovered > recoverySeconds * 1000) problems.push('no recovery in 30 s')
  if (result.slowestMilliseconds > recoverySeconds * 1000) problems.push('an answer took more than 30 s')
  await work.stop()
  await receiver.stop()
  return {
    seconds: (recovered ?? 60_000) / 1000,
    slowestAnswerSeconds: result.slowestMilliseconds / 1000,
    refused: result.statuses.get(503) ?? 0,
    pages: load.accepted(),
    problems: problems.map((problem) => `${name}: ${problem}`),
  }
}

/** One line for several recoveries. */
export const figureOf = (recoveries: readonly Recovery[]): string => {
  const most = (pick: (recovery: Recovery) => number): string =>
    Math.max(0, ...recoveries.map(pick)).toFixed(1)
  const refused = recoveries.reduce((sum, one) => sum + one.refused, 0)
  return `recovery ${most(({ seconds }) => seconds)} s, answer ${most((one) => one.slowestAnswerSeconds)} s at most, ${refused} × 503`
}
