import { setTimeout } from 'node:timers/promises'
import type { Store } from '@cohort-relay/core'
import { createSeededRandom } from '../../crash/seeded-random.ts'
import { compareSets, isEqual } from '../../demo/compare-sets.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld, type World } from '../open-world.ts'
import { applyAll, memberIds, pageOf } from '../page-of.ts'
import { recordingPartner } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'
import { until } from '../until.ts'

const senders = 4
const accountId = 'acme'

interface Crashing {
  readonly world: World
  readonly url: string
  readonly isUnsafe: boolean
  /** Milliseconds of load before the crash. */
  readonly delay: number
  readonly run: number
}

/** Sends pages one after another until the store fails. Resolves with the ids whose pages were acknowledged. */
const sendUntilFailed = async (store: Store, cohort: string): Promise<string[]> => {
  const acknowledged: string[] = []
  for (let number = 1; ; number += 1) {
    const id = `${cohort}-${number}`
    const page = pageOf({ accountId, cohort, action: 'add_members', session: id, ids: [id] })
    try {
      await store.storePage(page)
    } catch {
      return acknowledged
    }
    acknowledged.push(id)
  }
}

/** How many of them are not in the ledger once all is applied, by the worker that goes on or by us. */
const missingAfter = async (store: Store, cohort: string, expected: readonly string[]): Promise<number> => {
  let missing = expected.length
  const isWhole = async (): Promise<boolean> => {
    await applyAll(store)
    missing = compareSets(expected, await memberIds(store, accountId, cohort)).missing.length
    const [found] = (await store.listCohorts(accountId)).filter(({ cohortId }) => cohortId === cohort)
    return missing === 0 || found?.openSession !== true
  }
  await until(isWhole, { limit: 20_000 })
  return missing
}

/** Load, a crash under it, a restart. Resolves with how many acknowledged pages there were, and what was lost. */
const crashOnce = async (parts: Crashing): Promise<{ pages: number; lost: string[] }> => {
  const { world, url, isUnsafe, run } = parts
  const options = { poolSize: 8, allowUnsafeServer: isUnsafe }
  const store = await world.openStore(url, options)
  const partner = recordingPartner({ milliseconds: 2 })
  const work = startWork(store, partner, { leaseSeconds: 3, idleSeconds: 0.1 })
  const cohorts = Array.from({ length: senders }, (_, index) => `run-${run}-${index}`)
  const sending = cohorts.map((cohort) => sendUntilFailed(store, cohort))
  await setTimeout(parts.delay)
  await world.server.stop('immediate')
  const acknowledged = await Promise.all(sending)
  await world.server.start()
  const found = await world.openStore(url, options)
  const lost: string[] = []
  for (const [index, cohort] of cohorts.entries()) {
    const missing = await missingAfter(found, cohort, acknowledged[index] ?? [])
    if (missing > 0) lost.push(`run ${run}: ${missing} acknowledged pages were gone`)
  }
  const isTold = async (): Promise<boolean> => {
    for (const cohort of cohorts)
      if (!isEqual(compareSets(await memberIds(found, accountId, cohort), partner.idsOf(cohort))))
        return false
    return true
  }
  if (lost.length === 0 && (await until(isTold, { limit: 30_000 })) === undefined)
    lost.push(`run ${run}: the partner's set is not the ledger's`)
  await work.stop()
  await Promise.all([store.close(), found.close()])
  return { pages: acknowledged.flat().length, lost }
}

const play =
  (isUnsafe: boolean) =>
  async ({ runs, seed, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const url = await world.createDatabase()
    if (isUnsafe) await world.ask(url, 'ALTER ROLE postgres SET synchronous_commit = off')
    const store = await world.openStore(url, { allowUnsafeServer: isUnsafe })
    await createAccount(store, accountId)
    await createDestination(store, accountId, 'crm')
    await store.close()
    const random = createSeededRandom(seed)
    const problems: string[] = []
    let pages = 0
    for (let run = 1; run <= runs; run += 1) {
      const delay = random.between(20, 700)
      const result = await crashOnce({ world, url, isUnsafe, delay, run })
      pages += result.pages
      problems.push(...result.lost)
      tick()
    }
    return { n: runs, figure: `${problems.length} losses, ${pages} pages acknowledged`, problems }
  }

export const serverCrash: FaultRow = {
  id: 'A-03',
  fault: 'the server crashes (immediate stop) under load, fsync on',
  invariant: 'no acknowledged page lost; partner = ledger',
  runs: 100,
  quickRuns: 2,
  play: play(false),
  control: { broken: 'synchronous_commit off for the role', runs: 5, play: play(true) },
}
