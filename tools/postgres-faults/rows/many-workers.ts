import type { Store } from '@cohort-relay/core'
import { compareSets, isEqual } from '../../demo/compare-sets.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld } from '../open-world.ts'
import { memberIds, pageOf } from '../page-of.ts'
import { recordingPartner } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'
import { untilStill } from '../until.ts'

interface Crowd {
  readonly workers: number
  /** Each has a destination, and every cohort a feed of it. */
  readonly accounts: number
  readonly cohorts: number
}

const crowds: readonly Crowd[] = [
  { workers: 2, accounts: 1, cohorts: 1 },
  { workers: 8, accounts: 20, cohorts: 5 },
]

/** A store whose leases keep nobody out. */
type Breaking = (store: Store) => Partial<Store>

const playCrowd = async (
  { workers, accounts, cohorts }: Crowd,
  parts: PlayParts,
  breaking: Breaking,
): Promise<string[]> => {
  const world = await openWorld(parts.cleanup, { max_connections: '100' })
  const url = await world.createDatabase()
  const stores = await Promise.all(
    Array.from({ length: workers }, () => world.openStore(url, { poolSize: 3 })),
  )
  const store = stores[0]!
  const accountIds = Array.from({ length: accounts }, (_, index) => `account-${index}`)
  for (const accountId of accountIds) {
    await createAccount(store, accountId)
    await createDestination(store, accountId, `crm-${accountId}`)
  }
  const partner = recordingPartner({ milliseconds: () => 5 + Math.random() * 20 })
  const works = stores.map((one, index) =>
    startWork({ ...one, ...breaking(one) }, partner, { holder: `worker-${index}`, idleSeconds: 0.1 }),
  )
  const names = accountIds.flatMap((accountId) =>
    Array.from({ length: cohorts }, (_, index) => ({ accountId, cohort: `${accountId}-${index}` })),
  )
  for (let run = 1; run <= parts.runs; run += 1) {
    await Promise.all(
      names.map(({ accountId, cohort }, index) => {
        const id = `${cohort}-${run}`
        const page = pageOf({ accountId, cohort, action: 'add_members', session: id, ids: [id] })
        return stores[index % workers]!.storePage(page)
      }),
    )
    parts.tick()
  }
  const isTold = async (): Promise<boolean> => {
    for (const { cohort } of names) if (partner.idsOf(cohort).length < parts.runs) return false
    return true
  }
  const settled = await untilStill(isTold, () => partner.calls.length)
  await Promise.all(works.map((work) => work.stop()))
  const problems =
    settled === undefined ? [`${workers} workers: not all was delivered, and nothing went on for 30 s`] : []
  for (const { accountId, cohort } of names)
    if (!isEqual(compareSets(await memberIds(store, accountId, cohort), partner.idsOf(cohort))))
      problems.push(`${cohort}: the partner's set is not the ledger's`)
  if (partner.mostAtOnce() > 1)
    problems.push(`${workers} workers: a destination had ${partner.mostAtOnce()} calls at once`)
  if (partner.repeatedCalls() > 0)
    problems.push(`${workers} workers: ${partner.repeatedCalls()} calls told what was known`)
  return problems
}

const play =
  (breaking: Breaking = () => ({})) =>
  async (parts: PlayParts): Promise<Finding> => {
    const problems: string[] = []
    for (const crowd of crowds) problems.push(...(await playCrowd(crowd, parts, breaking)))
    const changes = crowds.reduce((sum, { accounts, cohorts }) => sum + accounts * cohorts * parts.runs, 0)
    return { n: changes, figure: `${problems.length} violations in ${changes} changes`, problems }
  }

export const manyWorkers: FaultRow = {
  id: 'D-08',
  fault: '2 workers on one feed; 8 workers on 100 feeds of 20 destinations',
  invariant: 'one call at a time for a destination; nothing told twice',
  runs: 30,
  quickRuns: 1,
  play: play(),
  control: {
    broken: 'leases that keep nobody out',
    runs: 3,
    play: play((store) => ({ claimFeeds: (now, claim) => store.claimFeeds(now, { ...claim, seconds: 0 }) })),
  },
}
