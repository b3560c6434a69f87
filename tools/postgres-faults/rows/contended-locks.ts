import { setTimeout } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Store } from '@cohort-relay/core'
import { compareSets, isEqual } from '../../demo/compare-sets.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, openWorld, through, type World } from '../open-world.ts'
import { applyAll, memberIds, pageOf } from '../page-of.ts'
import { until } from '../until.ts'

const accountId = 'acme'
const cohorts = Array.from({ length: 8 }, (_, index) => `cohort-${index}`)
/** One try and three more. */
const mostTries = 4

type Breaking = (store: Store) => Partial<Store>

/**
 * Takes the two locks that storing a page takes, in the opposite order, until it is stopped: sometimes this is the one
 * that the server ends, sometimes the store's transaction is.
 */
const invert = (client: Client) => {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      try {
        await client.query('BEGIN; LOCK TABLE cohort_relay.page IN SHARE MODE')
        // By then transactions have their cohorts and wait for this table.
        await setTimeout(10)
        await client.query('SELECT FROM cohort_relay.cohort WHERE cohort_id = $1 FOR UPDATE', [
          cohorts[turn % cohorts.length],
        ])
      } catch {
        // This one was ended: the other goes on.
      }
      await client.query('ROLLBACK')
      await setTimeout(30)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
      await client.end()
    },
  }
}

interface Sent {
  readonly unavailable: number
  readonly lost: number
}

/** As Mixpanel does: a page that is refused comes again. */
const sendAll = async (store: Store, runs: number, tick: () => void): Promise<Sent> => {
  let unavailable = 0
  const sendOne = async (cohort: string, id: string): Promise<void> => {
    for (;;) {
      try {
        await store.storePage(pageOf({ accountId, cohort, action: 'add_members', session: id, ids: [id] }))
        return tick()
      } catch {
        unavailable += 1
      }
    }
  }
  const each = Math.ceil(runs / cohorts.length)
  const idsOf = (cohort: string): string[] => Array.from({ length: each }, (_, index) => `${cohort}-${index}`)
  await Promise.all(
    cohorts.map(async (cohort) => {
      for (const id of idsOf(cohort)) await sendOne(cohort, id)
    }),
  )
  await applyAll(store)
  let lost = 0
  for (const cohort of cohorts) {
    const difference = compareSets(idsOf(cohort), await memberIds(store, accountId, cohort))
    if (!isEqual(difference)) lost += difference.missing.length + difference.extra.length
  }
  return { unavailable, lost }
}

/** A lock that is held for longer than anybody waits. Resolves with how often the page was tried and how long it took. */
const waitInVain = async (world: World, url: string, seconds: number) => {
  const proxy = await world.proxy()
  const store = await world.openStore(through(proxy, url), { poolSize: 2 })
  const client = await world.connect(url)
  await client.query('BEGIN; LOCK TABLE cohort_relay.page')
  const before = proxy.begun()
  const start = performance.now()
  const page = pageOf({ accountId, cohort: 'locked', action: 'members', session: 's', ids: ['ann'] })
  const released = setTimeout(seconds * 1000).then(() => client.query('ROLLBACK'))
  const failed = await store.storePage(page).then(
    () => false,
    () => true,
  )
  const milliseconds = performance.now() - start
  const tries = proxy.begun() - before
  await released
  await client.end()
  return { tries, milliseconds, failed }
}

/** Connections tell what they counted now and then, and when they end: they have to be over. */
const countDeadlocks = async (world: World, url: string): Promise<number> => {
  let deadlocks = 0
  const sql = 'SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()'
  const look = async (): Promise<boolean> => {
    const [row] = await world.ask(url, sql)
    deadlocks = Number(row?.['deadlocks'])
    return deadlocks > 0
  }
  await until(look, { limit: 5000, every: 200 })
  return deadlocks
}

const play =
  (breaking: Breaking) =>
  async ({ runs, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup, { deadlock_timeout: '20ms' })
    const url = await world.createDatabase()
    const plain = await world.openStore(url, { poolSize: 10 })
    const store = { ...plain, ...breaking(plain) }
    await createAccount(store, accountId)
    const inverting = invert(await world.connect(url))
    const sent = await sendAll(store, runs, tick)
    await inverting.stop()
    await plain.close()
    const deadlocks = await countDeadlocks(world, url)
    const problems = sent.lost > 0 ? [`${sent.lost} of ${runs} pages were lost`] : []
    if (deadlocks === 0) problems.push('there was no deadlock')
    if (sent.unavailable > runs / 100)
      problems.push(`${sent.unavailable} pages were refused for want of a retry`)
    const figure = `${deadlocks} deadlocks, ${sent.unavailable} refusals, ${sent.lost} lost`
    if (quick || breaking !== whole) return { n: runs, figure, problems }
    const wait = await waitInVain(world, url, 25)
    if (wait.tries !== mostTries) problems.push(`a page that met a lock was tried ${wait.tries} times`)
    if (!wait.failed || wait.milliseconds > 30_000) problems.push('a page that met a lock hung')
    const seconds = (wait.milliseconds / 1000).toFixed(1)
    return { n: runs, figure: `${figure}; ${wait.tries} tries of a lock in ${seconds} s`, problems }
  }

const whole: Breaking = () => ({})

export const contendedLocks: FaultRow = {
  id: 'D-06',
  fault: 'locks in the opposite order, and a table that is locked for 25 s',
  invariant: '3 retries at most; nothing lost; refused within 30 s',
  runs: 1000,
  quickRuns: 60,
  play: play(whole),
  control: {
    broken: 'a store that acknowledges one page in twenty and keeps nothing of it',
    runs: 200,
    play: play((store) => {
      let count = 0
      return {
        storePage: async (arrival) =>
          (count += 1) % 20 === 0
            ? { decision: 'stored', canApply: true, held: false, altered: null }
            : store.storePage(arrival),
      }
    }),
  },
}
