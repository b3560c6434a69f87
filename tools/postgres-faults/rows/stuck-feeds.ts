import type { Store } from '@cohort-relay/core'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld, type World } from '../open-world.ts'
import { applyAll, pageOf } from '../page-of.ts'

const accountId = 'acme'
const stuck = 10_000

/** What a rescuer sees of everything that is due, in one sweep: looks one after another until one finds nothing. */
const sweep = async (store: Store, limit: number): Promise<string[]> => {
  const found: string[] = []
  for (;;) {
    const turns = await store.claimFeeds(new Date(), { holder: 'rescuer', seconds: 600, limit })
    if (turns.length === 0) return found
    found.push(...turns.map(({ destinationId }) => destinationId))
  }
}

/** As many destinations as there are, all held by a worker that is dead, due before the last one. */
const strand = async (world: World, url: string, count: number): Promise<void> => {
  await world.ask(
    url,
    `INSERT INTO cohort_relay.destination(id, account_id, connector, sealed_settings, identity, properties, created_at,
         lease, leased_by, leased_until)
       SELECT 'stuck-' || n, account_id, connector, sealed_settings, identity, properties, created_at,
         1, 'dead', clock_timestamp() - interval '1 second'
       FROM cohort_relay.destination, generate_series(1, ${count}) AS n WHERE id = 'last';
     INSERT INTO cohort_relay.feed(destination_id, cohort, start, due_at)
       SELECT 'stuck-' || n, cohort, start, now() - interval '1 hour'
       FROM cohort_relay.feed, generate_series(1, ${count}) AS n WHERE destination_id = 'last';
     ANALYZE cohort_relay.feed; ANALYZE cohort_relay.destination`,
  )
}

const play =
  (rescue: typeof sweep) =>
  async ({ runs, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const count = quick ? stuck / 10 : stuck
    const problems: string[] = []
    let slowest = 0
    let most = 0
    for (let run = 1; run <= runs; run += 1) {
      const url = await world.createDatabase()
      const store = await world.openStore(url)
      await createAccount(store, accountId)
      await createDestination(store, accountId, 'last')
      const page = { accountId, cohort: 'trial', action: 'members', session: 's', ids: ['ann'] } as const
      await store.storePage(pageOf(page))
      await applyAll(store)
      await strand(world, url, count)
      const start = performance.now()
      const rescued = new Set<string>()
      let sweeps = 0
      while (sweeps < 2 && rescued.size < count + 1) {
        sweeps += 1
        for (const id of await rescue(store, 8)) rescued.add(id)
      }
      slowest = Math.max(slowest, performance.now() - start)
      most = Math.max(most, sweeps)
      if (rescued.size < count + 1)
        problems.push(`run ${run}: ${count + 1 - rescued.size} of ${count + 1} were not rescued in 2 sweeps`)
      if (!rescued.has('last')) problems.push(`run ${run}: the last one was starved`)
      tick()
    }
    const figure = `${most} sweeps of ${count + 1} leases, ${(slowest / 1000).toFixed(1)} s`
    return { n: runs, figure, problems }
  }

export const stuckFeeds: FaultRow = {
  id: 'D-11',
  fault: '10,000 feeds of dead workers, due before one more',
  invariant: 'all rescued in 2 sweeps',
  runs: 3,
  quickRuns: 0,
  play: play(sweep),
  control: {
    broken: 'a rescuer that looks at the first page of them',
    runs: 1,
    play: play(async (store, limit) => {
      const turns = await store.claimFeeds(new Date(), { holder: 'rescuer', seconds: 600, limit })
      return turns.map(({ destinationId }) => destinationId)
    }),
  },
}
