import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { httpLine, realNetwork, type Network, type Receiver } from './http-line.ts'
import type { Line } from './line.ts'
import { pagesOf, type BodyForm, type MixpanelCohort, type PageBody } from './pages.ts'
import type { PageNumbering } from './page-numbering.ts'
import { memberOf, type MixpanelMember, type People } from './people.ts'
import { createSync, type Half, type SyncProgress, type SyncResult } from './sync.ts'
import { createSyncSessions } from './sync-sessions.ts'

export type { SyncProgress, SyncResult } from './sync.ts'

export interface MixpanelOptions {
  /** A webhook over HTTP, or any other line. */
  readonly receiver: Receiver | Line
  readonly cohort: MixpanelCohort
  /** Who a number is. */
  readonly people: People | ((number: number) => MixpanelMember)
  /** Default: `documented`. */
  readonly bodies?: BodyForm
  /** Default 1,000. */
  readonly membersPerPage?: number
  readonly numbering?: PageNumbering
  /** The order in which the pages of a half go out. Default: as they are numbered. */
  readonly orderPages?: (pages: readonly PageBody[]) => readonly PageBody[]
  /** Pages in flight at once. Default 1, as Mixpanel sends the syncs of one connection one after another. */
  readonly concurrency?: number
  /** True: both calls of a diff carry one session id. Mixpanel does not document it. Default: false. */
  readonly sharedSession?: boolean
  /** True: a sync that failed begins again under its old session ids. Mixpanel does not document it. Default: false. */
  readonly reusedSession?: boolean
  readonly network?: Network
  /** Default: that of the network. */
  readonly clock?: Clock
  readonly newSessionId?: () => string
  readonly onProgress?: (progress: SyncProgress) => void
}

/** Mixpanel's side of one cohort sync. One sync at a time. A sync that did not succeed leaves the snapshot as it was. */
export interface Mixpanel {
  /**
   * The sync that is due: a full set if there is no snapshot of the last three days, else a diff. While it is paused it
   * makes no call.
   */
  sync(people: readonly number[]): Promise<SyncResult>
  /** Sends the whole set as `members`. */
  fullSync(people: readonly number[]): Promise<SyncResult>
  /** Sends what changed since the snapshot, as `add_members` and `remove_members`; both also when empty. */
  diff(people: readonly number[]): Promise<SyncResult>
  /** Sends the set of the last successful sync once more, as `members`. */
  repeat(): Promise<SyncResult>
  /** A person resumes what was paused. */
  resume(): void
  /** The set of the last successful sync, ascending; undefined before the first one. */
  snapshot(): readonly number[] | undefined
}

interface Snapshot {
  readonly people: readonly number[]
  readonly at: number
}

/** docs.mixpanel.com/docs/cohort-sync/webhooks (2026-11). */
const snapshotMilliseconds = 3 * 24 * 3_600_000

const without = (people: readonly number[], others: readonly number[]): number[] => {
  const excluded = new Set(others)
  return people.filter((number) => !excluded.has(number))
}

const halvesOf = (
  people: readonly number[],
  before: readonly number[],
  id: (half: 0 | 1) => string,
): Half[] => [
  { action: 'add_members', sessionId: id(0), people: without(people, before) },
  { action: 'remove_members', sessionId: id(1), people: without(before, people) },
]

const makerOf = ({ people }: MixpanelOptions): ((number: number) => MixpanelMember) =>
  typeof people === 'function' ? people : (number) => memberOf(number, people.form, people.seed)

const syncOf = (options: MixpanelOptions, clock: Clock) => {
  const { receiver, cohort, bodies = 'documented', membersPerPage, numbering, network } = options
  const shape = { ...(membersPerPage && { membersPerPage }), ...(numbering && { numbering }) }
  const member = makerOf(options)
  return createSync({
    ...options,
    clock,
    line: 'open' in receiver ? receiver : httpLine(receiver, network),
    pagesOf: (half) => pagesOf({ ...half, ...shape, cohort, bodies, memberOf: member }),
  })
}

const pausedResult: SyncResult = {
  outcome: 'paused',
  message: 'paused until a person resumes it',
  calls: 0,
  retries: 0,
  members: 0,
  milliseconds: 0,
}

/** Plays Mixpanel for one cohort against one receiver. Sends nothing before the first call. */
export const createMixpanel = (options: MixpanelOptions): Mixpanel => {
  const clock = options.clock ?? options.network ?? realNetwork
  const { newSessionId = randomUUID, sharedSession: shared = false, reusedSession: reused = false } = options
  const sessions = createSyncSessions({ newSessionId, shared, reused })
  const send = syncOf(options, clock)
  let snapshot: Snapshot | undefined
  let paused = false

  const settle = async (people: readonly number[], halves: readonly Half[]): Promise<SyncResult> => {
    const startedAt = clock.now()
    const result = await send(halves)
    const succeeded = result.outcome === 'succeeded'
    sessions.end(succeeded)
    paused = result.outcome === 'paused'
    if (succeeded) snapshot = { people, at: startedAt }
    return result
  }
  const fullSync = (people: readonly number[]): Promise<SyncResult> =>
    settle(people, [{ action: 'members', sessionId: sessions.begin()(0), people }])
  const diff = (people: readonly number[]): Promise<SyncResult> =>
    settle(people, halvesOf(people, snapshot?.people ?? [], sessions.begin()))
  const isFresh = (): boolean => snapshot !== undefined && clock.now() - snapshot.at <= snapshotMilliseconds

  return {
    sync: async (people) => (paused ? pausedResult : isFresh() ? diff(people) : fullSync(people)),
    fullSync,
    diff,
    repeat: () => fullSync(snapshot?.people ?? []),
    resume: () => void (paused = false),
    snapshot: () => snapshot?.people,
  }
}
