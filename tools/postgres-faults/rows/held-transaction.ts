import { setTimeout } from 'node:timers/promises'
import type { Store } from '@cohort-relay/core'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld } from '../open-world.ts'
import { pageOf } from '../page-of.ts'
import { recordingPartner, silent } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'

const accountId = 'acme'
const senders = 4
const members = 50
/** Of the throughput without the held transaction. */
const leastShare = 0.7
/** Five minutes, or half of what the row takes where that is less. */
const alarmSeconds = 300

/** Every member of the cohorts comes and goes, so that every change leaves a dead row. As fast as it is applied. */
const startChanges = (store: Store) => {
  const stopping = new AbortController()
  const ids = Array.from({ length: members }, (_, index) => `member-${index}`)
  const isBehind = async (): Promise<boolean> =>
    !stopping.signal.aborted && (await store.countWaitingPages(accountId, new Date())) > 2 * senders
  const send = async (cohort: string): Promise<void> => {
    for (let number = 1; !stopping.signal.aborted; number += 1) {
      const action = number % 2 === 1 ? 'add_members' : 'remove_members'
      await store.storePage(pageOf({ accountId, cohort, action, session: `${cohort}-${number}`, ids }))
      while (await isBehind()) await setTimeout(10)
    }
  }
  const running = Promise.all(Array.from({ length: senders }, (_, index) => send(`cohort-${index}`)))
  return {
    stop: async (): Promise<void> => {
      stopping.abort()
      await running
    },
  }
}

/** Changes a second. */
const measure = async (store: Store, seconds: number): Promise<number> => {
  const count = async (): Promise<number> =>
    (await store.listCohorts(accountId)).reduce((sum, { sequence }) => sum + sequence, 0)
  const before = await count()
  await setTimeout(seconds * 1000)
  return ((await count()) - before) / seconds
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

const play =
  (isReported: boolean) =>
  async ({ minutes, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup, { autovacuum_naptime: '5s' })
    const url = await world.createDatabase()
    const alarms: string[] = []
    const told = { warn: (_fields: object, message: string) => void alarms.push(message) }
    const oldTransactionSeconds = Math.min(alarmSeconds, minutes * 30)
    const log = isReported ? told : silent
    const store = await world.openStore(url, { poolSize: 10, oldTransactionSeconds, log })
    await createAccount(store, accountId)
    await createDestination(store, accountId, 'crm')
    const partner = recordingPartner()
    const work = startWork(store, partner, { idleSeconds: 0.2 })
    cleanup.add({ undo: () => work.stop(), undoNow: () => {} })
    const changes = startChanges(store)
    await setTimeout(3000)
    const part = Math.max(5, minutes * 15)
    const baseline = await measure(store, part)
    const holder = await world.connect(url)
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await holder.query('SELECT count(*) FROM cohort_relay.member_state')
    await setTimeout(Math.max(5, minutes * 60 - part) * 1000)
    const held = await measure(store, part)
    await holder.query('ROLLBACK')
    const after = await measure(store, part)
    await changes.stop()
    await work.stop()
    tick()
    const problems = held / baseline < leastShare ? [`throughput fell to ${percent(held / baseline)}`] : []
    if (!alarms.includes('database.xmin.old'))
      problems.push(`no alarm of a transaction older than ${oldTransactionSeconds} s`)
    if (partner.calls.length === 0) problems.push('nothing was delivered')
    const figure = `${Math.round(baseline)} changes/s, held ${percent(held / baseline)}, after ${percent(after / baseline)}`
    return { n: 1, figure, problems }
  }

export const heldTransaction: FaultRow = {
  id: 'D-07',
  fault: 'a REPEATABLE READ transaction is held for minutes under load',
  invariant: 'throughput ≥ 70 %; reported; recovers',
  runs: 1,
  quickRuns: 0,
  play: play(true),
  control: {
    broken: 'a store that reports nothing',
    runs: 1,
    play: (parts) => play(false)({ ...parts, minutes: 0.3 }),
  },
}
