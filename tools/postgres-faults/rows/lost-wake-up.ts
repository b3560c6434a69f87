import { createAccount, createDestination, openWorld } from '../open-world.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { pageOf } from '../page-of.ts'
import { percentile } from '../percentile.ts'
import { recordingPartner } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'
import { until } from '../until.ts'

const accountId = 'acme'
const cohorts = 25
const limitSeconds = 60

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2)

/** Changes reach the ledger, and nobody who delivers is woken. */
const play =
  (idleSeconds: number, limit: number) =>
  async ({ runs, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const url = await world.createDatabase()
    const store = await world.openStore(url, { poolSize: 6 })
    await createAccount(store, accountId)
    await createDestination(store, accountId, 'crm')
    const partner = recordingPartner()
    const work = startWork(store, partner, { wakes: false, idleSeconds })
    cleanup.add({ undo: () => work.stop(), undoNow: () => {} })
    const sentAt = new Map<string, number>()
    for (let run = 1; run <= runs; run += 1) {
      const [cohort, id] = [`cohort-${run % cohorts}`, `member-${run}`]
      await store.storePage(pageOf({ accountId, cohort, action: 'add_members', session: id, ids: [id] }))
      sentAt.set(id, performance.now())
      tick()
    }
    const told = (): Set<string> => new Set(partner.calls.flatMap(({ members }) => members))
    await until(() => told().size >= runs, { limit: limit * 1000 })
    await work.stop()
    const waits = partner.calls.flatMap(({ members, at }) => members.map((id) => at - (sentAt.get(id) ?? at)))
    const stranded = runs - told().size
    const slowest = Math.max(0, ...waits)
    const problems = stranded > 0 ? [`${stranded} changes were stranded`] : []
    if (slowest > limitSeconds * 1000) problems.push(`a change took ${Math.round(slowest / 1000)} s`)
    return {
      n: runs,
      figure: `${stranded} stranded, p50 ${seconds(percentile(waits, 0.5))} s, max ${seconds(slowest)} s`,
      problems,
    }
  }

export const lostWakeUp: FaultRow = {
  id: 'A-11',
  fault: 'no wake-up ever comes after the ledger committed',
  invariant: 'delivered within 60 s, 0 stranded',
  runs: 500,
  quickRuns: 20,
  play: play(1, limitSeconds),
  control: { broken: 'delivery that never looks by itself', runs: 50, play: play(100_000, 5) },
}
