import type { GateQuestion, StoreDecision } from '../../intake/gate-page.ts'
import { comingInMinutes, unfinishedDays } from '../../intake/lifetimes.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import { addSetAside, type SetAsideCounts } from '../../webhook/count-set-aside.ts'
import type { PageMember, PageSummary } from '../../webhook/cohort-page.ts'
import type { SetAsideSummary } from '../../ledger/ledger.ts'
import type { MemoryCohort } from './memory-cohort.ts'

interface StoredPage {
  digest: string
  members: readonly PageMember[]
  isPending: boolean
  /** Those it removes were counted. */
  isCounted: boolean
  /** Belongs to the export that began again from the top. */
  isResent: boolean
  repeats: number
  setAside: SetAsideCounts
}

export type MemorySession = { -readonly [Name in keyof Session]: Session[Name] } & {
  readonly cohort: MemoryCohort
  readonly pages: Map<string, StoredPage>
  lastPageAt: Date
  sync: number | null
  judged: boolean
  /** Members of the cohort when the session began to be applied. */
  membersBefore: number | undefined
  /** When it began to be applied. */
  begunAt: Date | undefined
  /** How many members its pages would remove, as far as they were counted. */
  removals: number
}

const unfinishedMilliseconds = unfinishedDays * 86_400_000

interface MemorySessionsParts {
  readonly settleSeconds: number
  /** Of such accounts nothing is applied. */
  readonly isDeleting: (accountId: string) => boolean
}

/** Sessions in memory, and which of them is next. */
export class MemorySessions {
  readonly #settleSeconds: number
  readonly #isDeleting: (accountId: string) => boolean
  #numbers = 0
  readonly #sessions: MemorySession[] = []
  /** In the order in which they became whole. */
  readonly #whole: MemorySession[] = []

  constructor({ settleSeconds, isDeleting }: MemorySessionsParts) {
    this.#settleSeconds = settleSeconds
    this.#isDeleting = isDeleting
  }

  isUnfinished(cohort: MemoryCohort): boolean {
    return this.#sessions.some(
      (one) => one.cohort === cohort && (one.state === 'open' || one.state === 'whole'),
    )
  }

  setAsideOf(cohort: MemoryCohort): SetAsideSummary {
    const newest = this.#sessions.findLast((one) => one.cohort === cohort)
    const reasons = addSetAside([...(newest?.pages.values() ?? [])].map(({ setAside }) => setAside))
    return { members: Object.values(reasons).reduce((sum, count) => sum + count, 0), reasons }
  }

  countWaiting(accountId: string, now: Date): number {
    const comingIn = now.getTime() - comingInMinutes * 60_000
    return this.#sessions
      .filter(({ cohort }) => cohort.accountId === accountId)
      .filter(
        ({ state, lastPageAt }) => state === 'whole' || (state === 'open' && lastPageAt.getTime() > comingIn),
      )
      .flatMap(({ pages }) => [...pages.values()])
      .filter(({ isPending }) => isPending).length
  }

  question(cohort: MemoryCohort, page: PageSummary, digest: string): Omit<GateQuestion, 'merges'> {
    const externalId = page.sessionId ?? ''
    const ofCohort = this.#sessions.filter((session) => session.cohort === cohort)
    const session = this.newestRound(cohort, page)
    const key = pageKey(page, digest)
    const resent = [...(session?.pages ?? [])].filter(([name, { isResent }]) => isResent && name !== key)
    return {
      action: page.action,
      externalId,
      digest,
      paged: page.totalPages !== null,
      totalPages: page.totalPages ?? 1,
      session,
      storedDigest: session?.pages.get(key)?.digest,
      resentPages: resent.length,
      resentBefore: resent.filter(([name]) => Number(name) < (page.pageNumber ?? 0)).length,
      others: () => ofCohort.filter((one) => one !== session),
    }
  }

  newestRound(cohort: MemoryCohort, { sessionId, action }: PageSummary): MemorySession | undefined {
    return this.#sessions.findLast(
      (one) => one.cohort === cohort && one.externalId === (sessionId ?? '') && one.action === action,
    )
  }

  byId(id: number | null): MemorySession | undefined {
    return this.#sessions.find((one) => one.id === id)
  }

  /** The session the page goes into, opened if need be. */
  take(cohort: MemoryCohort, arrival: ArrivedPage, decision: StoreDecision): MemorySession {
    for (const { id } of decision.supersedes) this.#find(id).state = 'superseded'
    for (const { id } of decision.restarts) this.#find(id).state = 'restarted'
    for (const { id } of decision.settles) this.finishCollecting(this.#find(id))
    const session = decision.into === 'new' ? this.#open(cohort, arrival) : this.#find(decision.into.id)
    if (decision.carries !== undefined) carry(this.#find(decision.carries.id), session, arrival.page)
    if (decision.dropsStale) dropStale(session)
    const { streaming, storedPages, restarted } = decision
    const totalPages = arrival.page.totalPages ?? 1
    const lastPageAt = arrival.receivedAt
    return Object.assign(session, { streaming, storedPages, restarted, totalPages, lastPageAt })
  }

  finishCollecting(session: MemorySession): void {
    session.state = 'whole'
    this.#whole.push(session)
  }

  next(now: Date): MemorySession | undefined {
    for (const session of this.#sessions.filter(({ state }) => state === 'open')) {
      const quietMilliseconds = now.getTime() - session.lastPageAt.getTime()
      if (session.streaming && quietMilliseconds >= this.#settleSeconds * 1000) this.finishCollecting(session)
      else if (quietMilliseconds > unfinishedMilliseconds) session.state = 'expired'
    }
    const isApplied = ({ cohort }: MemorySession): boolean => !this.#isDeleting(cohort.accountId)
    return this.#whole.find(isApplied) ?? this.#sessions.filter(isApplied).find(hasStreamed)
  }

  finish(session: MemorySession): void {
    session.state = 'applied'
    this.#whole.splice(this.#whole.indexOf(session), 1)
  }

  clearAccount(accountId: string): void {
    for (const sessions of [this.#sessions, this.#whole])
      for (const one of sessions.filter(({ cohort }) => cohort.accountId === accountId))
        sessions.splice(sessions.indexOf(one), 1)
  }

  #find(id: number): MemorySession {
    return this.#sessions.find((one) => one.id === id)!
  }

  #open(cohort: MemoryCohort, { page, receivedAt }: ArrivedPage): MemorySession {
    const session: MemorySession = {
      id: ++this.#numbers,
      cohort,
      externalId: page.sessionId ?? '',
      action: page.action,
      state: 'open',
      streaming: false,
      totalPages: 1,
      storedPages: 0,
      restarted: false,
      pages: new Map(),
      lastPageAt: receivedAt,
      sync: null,
      judged: false,
      membersBefore: undefined,
      begunAt: undefined,
      removals: 0,
    }
    this.#sessions.push(session)
    return session
  }
}

const hasStreamed = ({ state, streaming, pages }: MemorySession): boolean =>
  state === 'open' && streaming && [...pages.values()].some(({ isPending }) => isPending)

const carry = (from: MemorySession, into: MemorySession, { pageNumber }: PageSummary): void => {
  into.begunAt = from.begunAt
  const isBefore = (key: string): boolean => Number(key) < (pageNumber ?? 0)
  for (const [key, page] of [...from.pages].filter(([name, { isResent }]) => isResent && isBefore(name))) {
    from.pages.delete(key)
    into.pages.set(key, { ...page, isResent: false, isPending: true, isCounted: false })
  }
}

const dropStale = ({ pages }: MemorySession): void => {
  for (const [key, { isResent }] of pages) if (!isResent) pages.delete(key)
}
