import type { Store } from '@cohort-relay/core'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createDestination, openWorld, through } from '../open-world.ts'
import { applyAll, memberIds, type PageParts } from '../page-of.ts'
import { recordingPartner } from '../recording-partner.ts'
import { runReceiver, type RunningReceiver } from '../run-receiver.ts'
import { startWork } from '../start-work.ts'
import type { FaultProxy } from '../start-proxy.ts'
import { until } from '../until.ts'

const cohort = 'trial'

/** Wrong stores that the row must catch. */
type Breaking = (store: Store) => Partial<Store>

/** Every so many pages the answer is not cut but never comes. */
const silentEvery = 100

interface Sending {
  readonly receiver: RunningReceiver
  readonly proxy: FaultProxy
  readonly run: number
}

/** One page whose COMMIT is not answered, and its retry. */
const sendTwice = async ({ receiver, proxy, run }: Sending): Promise<string[]> => {
  const accountId = receiver.account.id
  const id = `member-${run}`
  const parts: PageParts = { accountId, cohort, action: 'add_members', session: `s-${run}`, ids: [id] }
  const before = proxy.dropped()
  proxy.dropNextCommit(run % silentEvery === 0 ? 'silent' : 'cut')
  const first = await receiver.send(parts)
  const second = await receiver.send(parts)
  const problems: string[] = []
  if (proxy.dropped() !== before + 1) problems.push(`page ${run}: no answer to COMMIT was dropped`)
  if (first !== 503) problems.push(`page ${run}: the first try was answered ${first}`)
  if (second !== 200) problems.push(`page ${run}: the retry was answered ${second}`)
  return problems
}

const play =
  (breaking: Breaking = () => ({})) =>
  async ({ runs, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const url = await world.createDatabase()
    const proxy = await world.proxy()
    const behind = await world.openStore(through(proxy, url), { poolSize: 3 })
    const store = await world.openStore(url)
    const receiver = await runReceiver({
      store: { ...behind, ...breaking(behind) },
      cleanup,
      role: 'receive',
    })
    const accountId = receiver.account.id
    await createDestination(store, accountId, 'crm')
    const problems: string[] = []
    for (let run = 1; run <= runs; run += 1) {
      problems.push(...(await sendTwice({ receiver, proxy, run })))
      tick()
    }
    await applyAll(store)
    const [pages] = await world.ask(url, 'SELECT count(*)::integer AS pages FROM cohort_relay.page')
    if (pages?.['pages'] !== runs) problems.push(`${String(pages?.['pages'])} pages are kept, not ${runs}`)
    const partner = recordingPartner()
    const work = startWork(store, partner)
    const ids = await memberIds(store, accountId, cohort)
    const told = (): boolean => partner.idsOf(cohort).length >= runs
    if ((await until(told, { limit: 20_000 })) === undefined) problems.push('the partner was not told all')
    await work.stop()
    if (ids.length !== runs) problems.push(`the ledger has ${ids.length} members, not ${runs}`)
    const repeated = partner.repeatedCalls()
    if (repeated > 0) problems.push(`${repeated} calls told the partner what it knew`)
    return { n: runs, figure: `${problems.length} wrong in ${runs}`, problems }
  }

let salt = 0

export const lostCommitAnswer: FaultRow = {
  id: 'A-10',
  fault: "the server's answer to COMMIT is lost",
  invariant: '503; the retry is a repeat and answered 200; one effect',
  runs: 500,
  quickRuns: 10,
  play: play(),
  control: {
    broken: 'a store that takes every try for a new page',
    runs: 10,
    play: play((store) => ({
      storePage: (arrival) =>
        store.storePage({
          ...arrival,
          page: { ...arrival.page, sessionId: `${arrival.page.sessionId}-${(salt += 1)}` },
        }),
    })),
  },
}
