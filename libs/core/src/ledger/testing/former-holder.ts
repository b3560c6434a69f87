import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import type { LedgerWorld } from './ledger-world.ts'

type Recording = (world: LedgerWorld, turn: FeedTurn) => Promise<void>

const inSeconds = ({ now }: LedgerWorld, seconds: number): Date => new Date(now().getTime() + seconds * 1000)

/** Everything that a turn records. Each changes what can be seen of its feed. */
export const recordings = {
  audience: ({ store }, turn) => store.recordAudience(turn, 'list-of-the-former'),
  forgottenAudience: ({ store }, turn) => store.recordAudience(turn, null),
  outcomes: async ({ store, now }, turn) => {
    const batch = (await store.readBatch(turn, now(), 10))!
    const settled = batch.changes.map(({ memberRow }) => memberRow)
    const outcomes = { at: now(), cursor: batch.cursor, delivered: settled.length, settled, failures: [] }
    await store.recordOutcomes(turn, outcomes)
  },
  postponement: (world, turn) => {
    const postponement = { dueAt: inSeconds(world, 600), attempts: 7, reason: 'of the former holder' }
    return world.store.postponeFeed(turn, postponement)
  },
  rest: (world, turn) => world.store.restDestination(turn, inSeconds(world, 300)),
  access: ({ store, now }, turn) => store.recordAccess(turn, 'refused', now()),
} satisfies Readonly<Record<string, Recording>>

/** All that can be seen of one feed and its destination from outside. */
const seen = async ({ store, now, cohort }: LedgerWorld, turn: FeedTurn) => ({
  batch: await store.readBatch(turn, now(), 10),
  destinations: (await cohort())?.destinations,
  destination: await store.findDestination(turn.destinationId),
  due: await store.nextFeedDueAt(now()),
})

const attempt = async (work: Promise<void>): Promise<string> => {
  try {
    await work
    return 'recorded'
  } catch (error) {
    return error instanceof LeaseLostError ? 'refused' : 'failed'
  }
}

/** What came of each recording of a worker whose destination another one has taken, and whether it changed anything. */
export const recordAsFormerHolder = async (world: LedgerWorld): Promise<Record<string, string>> => {
  await world.destination()
  await world.sync('members', ['ann', 'bob'])
  const [first] = await world.owed(1)
  await world.store.recordAudience(first!, 'list-1')
  const [former] = await world.owed(1)
  const [newest] = await world.store.claimFeeds(world.now(), { holder: 'newest', seconds: 60, limit: 1 })
  const came: Record<string, string> = {}
  for (const [name, record] of Object.entries(recordings)) {
    const before = JSON.stringify(await seen(world, newest!))
    const answer = await attempt(record(world, former!))
    const isSame = JSON.stringify(await seen(world, newest!)) === before
    came[name] = `${answer}, ${isSame ? 'nothing' : 'something'} changed`
  }
  return came
}

const all = (outcome: string): Record<string, string> =>
  Object.fromEntries(Object.keys(recordings).map((name) => [name, outcome]))

/** As it has to be. */
export const allRefused = all('refused, nothing changed')

/** As it is where nobody looks at the lease. */
export const allRecorded = all('recorded, something changed')
