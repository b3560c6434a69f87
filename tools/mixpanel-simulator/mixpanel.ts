import { randomUUID } from 'node:crypto'
import { pagesOf, type Action, type BodyForm, type MixpanelCohort, type PageBody } from './pages.ts'
import { memberOf, type People } from './people.ts'
import { realNetwork, sendPage, type Network, type PageResult, type Receiver } from './send-page.ts'

export interface SyncProgress {
  /** Members in accepted pages so far. */
  readonly sent: number
  readonly total: number
}

export interface MixpanelOptions {
  readonly receiver: Receiver
  readonly cohort: MixpanelCohort
  readonly people: People
  /** Default: `documented`. */
  readonly bodies?: BodyForm
  /** Pages in flight at once. Default 1, as Mixpanel sends the syncs of one connection one after another. */
  readonly concurrency?: number
  /** True: both calls of a diff carry one session id. Mixpanel does not document it. Default: false. */
  readonly sharedSession?: boolean
  readonly network?: Network
  readonly newSessionId?: () => string
  readonly onProgress?: (progress: SyncProgress) => void
}

export interface SyncResult {
  readonly outcome: 'succeeded' | 'failed' | 'paused'
  /** Why it did not succeed. */
  readonly message?: string
  readonly calls: number
  /** Calls beyond the first one of each page. */
  readonly retries: number
  /** Members in accepted pages. */
  readonly members: number
  readonly milliseconds: number
}

/** Mixpanel's side of one cohort sync. One sync at a time. A sync that did not succeed leaves the snapshot as it was. */
export interface Mixpanel {
  /** Sends the whole set as `members`. */
  fullSync(people: readonly number[]): Promise<SyncResult>
  /** Sends what changed since the snapshot, as `add_members` and `remove_members`; both also when empty. */
  diff(people: readonly number[]): Promise<SyncResult>
  /** Sends the set of the last successful sync once more, as `members`. */
  repeat(): Promise<SyncResult>
  /** The set of the last successful sync, ascending; undefined before the first one. */
  snapshot(): readonly number[] | undefined
}

interface Half {
  readonly action: Action
  readonly sessionId: string
  readonly people: readonly number[]
}

interface Tally {
  calls: number
  pages: number
  members: number
  problem: Extract<PageResult, { message: string }> | undefined
}

const without = (people: readonly number[], others: readonly number[]): number[] => {
  const excluded = new Set(others)
  return people.filter((number) => !excluded.has(number))
}

const record = (tally: Tally, page: PageBody, result: PageResult): void => {
  tally.calls += result.calls
  tally.pages += 1
  if (result.outcome === 'accepted') tally.members += page.parameters.members.length
  else tally.problem ??= result
}

const resultOf = ({ calls, pages, members, problem }: Tally, milliseconds: number): SyncResult => {
  const numbers = { calls, retries: calls - pages, members, milliseconds }
  return problem
    ? { outcome: problem.outcome, message: problem.message, ...numbers }
    : { outcome: 'succeeded', ...numbers }
}

const sendPages = async (pages: Generator<PageBody>, send: (page: PageBody) => Promise<boolean>) => {
  for (const page of pages) {
    if (!(await send(page))) return
  }
}

const createSync = (options: MixpanelOptions) => {
  const { receiver, cohort, people, bodies = 'documented', concurrency = 1 } = options
  const network = options.network ?? realNetwork
  const member = (number: number) => memberOf(number, people.form, people.seed)

  const sendHalf = async (half: Half, tally: Tally, total: number): Promise<void> => {
    const pages = pagesOf({ ...half, cohort, bodies, memberOf: member })
    const send = async (page: PageBody): Promise<boolean> => {
      record(tally, page, await sendPage(page, receiver, network))
      options.onProgress?.({ sent: tally.members, total })
      return tally.problem === undefined
    }
    await Promise.all(Array.from({ length: concurrency }, () => sendPages(pages, send)))
  }

  return async (halves: readonly Half[]): Promise<SyncResult> => {
    const start = network.now()
    const tally: Tally = { calls: 0, pages: 0, members: 0, problem: undefined }
    const total = halves.reduce((sum, half) => sum + half.people.length, 0)
    for (const half of halves) {
      if (tally.problem === undefined) await sendHalf(half, tally, total)
    }
    return resultOf(tally, network.now() - start)
  }
}

/** Plays Mixpanel for one cohort against one receiver. Sends nothing before the first call. */
export const createMixpanel = (options: MixpanelOptions): Mixpanel => {
  const newSessionId = options.newSessionId ?? randomUUID
  const sync = createSync(options)
  let snapshot: readonly number[] | undefined

  const settle = (people: readonly number[], result: SyncResult): SyncResult => {
    if (result.outcome === 'succeeded') snapshot = people
    return result
  }
  const fullSync = async (people: readonly number[]): Promise<SyncResult> =>
    settle(people, await sync([{ action: 'members', sessionId: newSessionId(), people }]))

  const diff = async (people: readonly number[]): Promise<SyncResult> => {
    const before = snapshot ?? []
    const sessionId = newSessionId()
    const removeSessionId = options.sharedSession ? sessionId : newSessionId()
    const halves: Half[] = [
      { action: 'add_members', sessionId, people: without(people, before) },
      { action: 'remove_members', sessionId: removeSessionId, people: without(before, people) },
    ]
    return settle(people, await sync(halves))
  }
  return { fullSync, diff, repeat: () => fullSync(snapshot ?? []), snapshot: () => snapshot }
}
