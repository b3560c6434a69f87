import type { GateDecision, GateQuestion } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import type { CohortPage, PageMember } from '../../webhook/cohort-page.ts'
import type { MemoryCohort } from './memory-cohort.ts'

interface StoredPage {
  digest: string
  members: readonly PageMember[]
  isApplied: boolean
}

export type MemorySession = { -readonly [Name in keyof Session]: Session[Name] } & {
  readonly cohort: MemoryCohort
  readonly pages: Map<string, StoredPage>
  lastPageAt: Date
}

/** Sessions in memory, and which of them is next. */
export class MemorySessions {
  readonly #settleSeconds: number
  readonly #sessions: MemorySession[] = []
  /** In the order in which they became whole. */
  readonly #whole: MemorySession[] = []

  constructor({ settleSeconds }: { readonly settleSeconds: number }) {
    this.#settleSeconds = settleSeconds
  }

  isUnfinished(cohort: MemoryCohort): boolean {
    return this.#sessions.some(
      (one) => one.cohort === cohort && (one.state === 'open' || one.state === 'whole'),
    )
  }

  question(cohort: MemoryCohort, page: CohortPage, digest: string): GateQuestion {
    const externalId = page.sessionId ?? ''
    const ofCohort = this.#sessions.filter((session) => session.cohort === cohort)
    const session = ofCohort.findLast((one) => one.externalId === externalId && one.action === page.action)
    return {
      action: page.action,
      externalId,
      digest,
      paged: page.totalPages !== null,
      totalPages: page.totalPages ?? 1,
      session,
      storedDigest: session?.pages.get(pageKey(page, digest))?.digest,
      others: ofCohort.filter((one) => one !== session),
    }
  }

  /** The session the page goes into, opened if need be. */
  take(
    cohort: MemoryCohort,
    arrival: ArrivedPage,
    decision: Extract<GateDecision, { kind: 'store' }>,
  ): MemorySession {
    for (const { id } of decision.supersedes) this.#find(id).state = 'superseded'
    for (const { id } of decision.settles) this.finishCollecting(this.#find(id))
    const session = decision.into === 'new' ? this.#open(cohort, arrival) : this.#find(decision.into.id)
    const { streaming, storedPages } = decision
    const totalPages = arrival.page.totalPages ?? 1
    return Object.assign(session, { streaming, storedPages, totalPages, lastPageAt: arrival.receivedAt })
  }

  finishCollecting(session: MemorySession): void {
    session.state = 'whole'
    this.#whole.push(session)
  }

  next(now: Date): MemorySession | undefined {
    for (const session of this.#sessions) {
      const quietSeconds = (now.getTime() - session.lastPageAt.getTime()) / 1000
      if (session.state === 'open' && session.streaming && quietSeconds >= this.#settleSeconds)
        this.finishCollecting(session)
    }
    return this.#whole.shift() ?? this.#sessions.find(hasStreamed)
  }

  #find(id: number): MemorySession {
    return this.#sessions.find((one) => one.id === id)!
  }

  #open(cohort: MemoryCohort, { page, receivedAt }: ArrivedPage): MemorySession {
    const session: MemorySession = {
      id: this.#sessions.length + 1,
      cohort,
      externalId: page.sessionId ?? '',
      action: page.action,
      state: 'open',
      streaming: false,
      totalPages: 1,
      storedPages: 0,
      pages: new Map(),
      lastPageAt: receivedAt,
    }
    this.#sessions.push(session)
    return session
  }
}

const hasStreamed = ({ state, streaming, pages }: MemorySession): boolean =>
  state === 'open' && streaming && [...pages.values()].some(({ isApplied }) => !isApplied)
