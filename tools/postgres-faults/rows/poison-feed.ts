import { DestinationError } from '@cohort-relay/connector-kit'
import type { Store } from '@cohort-relay/core'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { createAccount, createDestination, openWorld } from '../open-world.ts'
import { pageOf } from '../page-of.ts'
import { recordingPartner, type PartnerCall } from '../recording-partner.ts'
import { startWork } from '../start-work.ts'
import { until } from '../until.ts'

const accountId = 'acme'
const poisoned = 'poisoned'
const windowSeconds = 60

type Breaking = (store: Store) => Partial<Store>

/** A cohort that fails each time in one of these ways. */
const poisons: readonly { readonly name: string; readonly meet: (call: PartnerCall) => void }[] = [
  {
    name: 'unavailable',
    meet: () => {
      throw new DestinationError('unavailable', 'no')
    },
  },
  {
    name: 'rejected',
    meet: () => {
      throw new DestinationError('rejected', 'no')
    },
  },
  {
    name: 'a bug of the connector',
    meet: () => {
      throw new TypeError('a bug')
    },
  },
]

const playPoison = async (
  poison: (typeof poisons)[number],
  { runs, cleanup, tick }: PlayParts,
  breaking: Breaking,
): Promise<{ seconds: number; problems: string[] }> => {
  const world = await openWorld(cleanup)
  const store = await world.openStore(await world.createDatabase())
  await createAccount(store, accountId)
  await createDestination(store, accountId, 'crm')
  const meet = (call: PartnerCall): void => {
    if (call.cohort === poisoned) poison.meet(call)
  }
  const partner = recordingPartner({ meet })
  const send = (cohort: string, id: string) =>
    store.storePage(
      pageOf({ accountId, cohort, action: 'add_members', session: `${cohort}-${id}`, ids: [id] }),
    )
  await send(poisoned, 'ann')
  const work = startWork({ ...store, ...breaking(store) }, partner, { idleSeconds: 0.5 })
  await until(() => partner.calls.length > 0, { limit: 10_000 })
  let slowest = 0
  const problems: string[] = []
  for (let run = 1; run <= runs; run += 1) {
    await send('sound', `member-${run}`)
    const limit = breaking === whole ? windowSeconds * 1000 : 5000
    const took = await until(() => partner.idsOf('sound').length === run, { limit })
    slowest = Math.max(slowest, took ?? limit)
    if (took === undefined) {
      problems.push(`${poison.name}: another cohort was not told within the window`)
      break
    }
    tick()
  }
  await work.stop()
  return { seconds: slowest / 1000, problems }
}

const whole: Breaking = () => ({})

const play =
  (breaking: Breaking) =>
  async (parts: PlayParts): Promise<Finding> => {
    const problems: string[] = []
    let slowest = 0
    for (const poison of poisons) {
      const result = await playPoison(poison, parts, breaking)
      problems.push(...result.problems)
      slowest = Math.max(slowest, result.seconds)
    }
    const n = poisons.length * parts.runs
    return { n, figure: `others waited ${slowest.toFixed(2)} s at most`, problems }
  }

export const poisonFeed: FaultRow = {
  id: 'D-10',
  fault: 'a cohort whose calls always fail, before others of the destination',
  invariant: 'the others are told within 60 s',
  runs: 20,
  quickRuns: 0,
  play: play(whole),
  control: {
    broken: 'a queue that tries the first again before the next',
    runs: 1,
    play: play((store) => ({
      // Strict first in, first out: whoever failed stays at the head.
      postponeFeed: (turn, { reason }) =>
        store.postponeFeed(turn, { dueAt: new Date(0), attempts: 1, reason }),
    })),
  },
}
