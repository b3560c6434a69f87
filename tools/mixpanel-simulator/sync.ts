import type { Clock } from './clock.ts'
import type { Line } from './line.ts'
import type { Action, PageBody } from './pages.ts'
import { sendPage, type PageResult } from './send-page.ts'

export interface SyncProgress {
  /** Members in accepted pages so far. */
  readonly sent: number
  readonly total: number
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

/** The pages of one action: all of a full set, or one of the two of a diff. */
export interface Half {
  readonly action: Action
  readonly sessionId: string
  readonly people: readonly number[]
}

export interface SyncParts {
  readonly line: Line
  readonly clock: Clock
  readonly pagesOf: (half: Half) => Iterable<PageBody>
  readonly orderPages?: (pages: readonly PageBody[]) => readonly PageBody[]
  readonly concurrency?: number
  readonly onProgress?: (progress: SyncProgress) => void
}

interface Tally {
  calls: number
  pages: number
  members: number
  problem: Extract<PageResult, { message: string }> | undefined
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

const sendPages = async (pages: Iterator<PageBody>, send: (page: PageBody) => Promise<boolean>) => {
  for (let next = pages.next(); !next.done; next = pages.next()) {
    if (!(await send(next.value))) return
  }
}

/** Sends the halves of one sync, one after the other. The first page that is not accepted ends it. */
export const createSync = (parts: SyncParts): ((halves: readonly Half[]) => Promise<SyncResult>) => {
  const { line, clock, orderPages, concurrency = 1 } = parts

  const sendHalf = async (half: Half, tally: Tally, total: number): Promise<void> => {
    const numbered = parts.pagesOf(half)
    const ordered = orderPages ? orderPages([...numbered]) : numbered
    const pages = ordered[Symbol.iterator]()
    const send = async (page: PageBody): Promise<boolean> => {
      record(tally, page, await sendPage(page, line, clock))
      parts.onProgress?.({ sent: tally.members, total })
      return tally.problem === undefined
    }
    await Promise.all(Array.from({ length: concurrency }, () => sendPages(pages, send)))
  }

  return async (halves) => {
    const start = clock.now()
    const tally: Tally = { calls: 0, pages: 0, members: 0, problem: undefined }
    const total = halves.reduce((sum, half) => sum + half.people.length, 0)
    for (const half of halves) {
      if (tally.problem === undefined) await sendHalf(half, tally, total)
    }
    return resultOf(tally, clock.now() - start)
  }
}
