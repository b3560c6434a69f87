import type { Store } from '@cohort-relay/core'
import { createSeededRandom, type SeededRandom } from '../../crash/seeded-random.ts'
import { compareSets, isEqual } from '../../demo/compare-sets.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld } from '../open-world.ts'
import { memberIds, pageOf } from '../page-of.ts'
import { recordingPartner } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'
import { until } from '../until.ts'

const accountId = 'acme'
const pages = 3
const cohorts = 10

type Breaking = (store: Store) => Partial<Store>

const drawIds = (random: SeededRandom): string[] =>
  Array.from({ length: 30 }, (_, index) => `member-${index}`).filter(() => random.between(0, 2) > 0)

/** A full set in three pages at once, each through another receiver than the one before. */
const sendSession = async (
  stores: readonly Store[],
  ids: readonly string[],
  { cohort, session }: { readonly cohort: string; readonly session: string },
): Promise<void> => {
  const share = Math.ceil(ids.length / pages)
  await Promise.all(
    Array.from({ length: pages }, (_, index) => {
      const some = ids.slice(index * share, (index + 1) * share)
      const page = [index, pages] as const
      const parts = { accountId, cohort, action: 'members' as const, session, ids: some, page }
      return stores[index % stores.length]!.storePage(pageOf(parts))
    }),
  )
}

const play =
  (breaking: Breaking = () => ({})) =>
  async ({ runs, seed, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const url = await world.createDatabase()
    const stores = [await world.openStore(url), await world.openStore(url)] as const
    const [first] = stores
    await createAccount(first, accountId)
    await createDestination(first, accountId, 'crm')
    const partner = recordingPartner()
    const works = stores.map((store, index) => startWork(store, partner, { holder: `worker-${index}` }))
    const receivers = stores.map((store, index) => (index === 0 ? store : { ...store, ...breaking(store) }))
    const random = createSeededRandom(seed)
    const problems: string[] = []
    const playCohort = async (cohort: string, sessions: number): Promise<void> => {
      for (let number = 1; number <= sessions; number += 1) {
        const ids = drawIds(random)
        await sendSession(receivers, ids, { cohort, session: `${cohort}-${number}` })
        const isThere = async (): Promise<boolean> =>
          isEqual(compareSets(ids, await memberIds(first, accountId, cohort))) &&
          isEqual(compareSets(ids, partner.idsOf(cohort)))
        if ((await until(isThere, { limit: 15_000, every: 50 })) === undefined)
          problems.push(`${cohort}, session ${number}: a set is not that of Mixpanel`)
        tick()
      }
    }
    const each = Math.max(1, Math.ceil(runs / cohorts))
    const names = Array.from({ length: Math.min(cohorts, runs) }, (_, index) => `cohort-${index}`)
    await Promise.all(names.map((cohort) => playCohort(cohort, each)))
    await Promise.all(works.map((work) => work.stop()))
    const n = names.length * each
    return { n, figure: `${problems.length} wrong in ${n} sessions`, problems }
  }

export const splitSessions: FaultRow = {
  id: 'D-09',
  fault: 'the pages of one session come through two receivers at once',
  invariant: 'ledger = partner = Mixpanel after each session',
  runs: 500,
  quickRuns: 0,
  play: play(),
  control: {
    broken: 'a receiver that acknowledges and stores nothing',
    runs: 2,
    play: play(() => ({
      storePage: async () => ({ decision: 'stored', canApply: false, held: false, altered: null }),
    })),
  },
}
