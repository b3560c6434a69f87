import { hash } from 'node:crypto'
import { gatePage, type GateDecision, type GateQuestion } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { AppliedStep, ArrivedPage, PageReceipt, PageStore } from '../../intake/page-store.ts'
import type { Session } from '../../intake/session.ts'
import type { CohortPage, PageMember } from '../../webhook/cohort-page.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { addMember, presentMembers, removeMember, type Effect, type MemoryCohort } from './memory-cohort.ts'

interface StoredPage {
  digest: string
  members: readonly PageMember[]
  isApplied: boolean
}

type MemorySession = { -readonly [Name in keyof Session]: Session[Name] } & {
  readonly cohort: MemoryCohort
  readonly pages: Map<string, StoredPage>
  lastPageAt: Date
}

export interface MemoryPagesParts {
  cohortOf(accountId: string, cohort: CohortPage['cohort']): MemoryCohort
  nextRow(): number
  changed(cohort: MemoryCohort, at: Date): void
  readonly settleSeconds: number
}

/** Pages and sessions in memory, decided by the same gate as on disk. */
export const memoryPages = (
  parts: MemoryPagesParts,
): PageStore & { isUnfinished(cohort: MemoryCohort): boolean } => {
  const sessions: MemorySession[] = []
  /** In the order in which they became whole. */
  const whole: MemorySession[] = []

  const finishCollecting = (session: MemorySession): void => {
    session.state = 'whole'
    whole.push(session)
  }

  const question = (cohort: MemoryCohort, page: CohortPage, digest: string): GateQuestion => {
    const externalId = page.sessionId ?? ''
    const ofCohort = sessions.filter((session) => session.cohort === cohort)
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

  const take = (
    cohort: MemoryCohort,
    { page, receivedAt }: ArrivedPage,
    decision: Extract<GateDecision, { kind: 'store' }>,
  ): MemorySession => {
    for (const { id } of decision.supersedes) sessions.find((one) => one.id === id)!.state = 'superseded'
    for (const { id } of decision.settles) finishCollecting(sessions.find((one) => one.id === id)!)
    const known = sessions.find((one) => decision.into !== 'new' && one.id === decision.into.id)
    const session: MemorySession = known ?? {
      id: sessions.length + 1,
      cohort,
      externalId: page.sessionId ?? '',
      action: page.action,
      state: 'open',
      streaming: decision.streaming,
      totalPages: 1,
      storedPages: 0,
      pages: new Map(),
      lastPageAt: receivedAt,
    }
    if (known === undefined) sessions.push(session)
    const { streaming, storedPages } = decision
    return Object.assign(session, {
      streaming,
      storedPages,
      totalPages: page.totalPages ?? 1,
      lastPageAt: receivedAt,
    })
  }

  const applyPages = (session: MemorySession, at: Date): Effect[] => {
    const waiting = [...session.pages.values()].filter(({ isApplied }) => !isApplied)
    return waiting.flatMap((page) => {
      page.isApplied = true
      return page.members.map((member) =>
        session.action === 'remove'
          ? removeMember(session.cohort, member.id, at)
          : addMember(session.cohort, member, parts.nextRow, at),
      )
    })
  }

  const removeLeavers = (session: MemorySession, at: Date): Effect[] => {
    const named = new Set([...session.pages.values()].flatMap(({ members }) => members.map(({ id }) => id)))
    const leavers = presentMembers(session.cohort).filter(({ id }) => !named.has(id))
    return leavers.map(({ id }) => removeMember(session.cohort, id, at))
  }

  const nextSession = (now: Date): MemorySession | undefined => {
    for (const session of sessions) {
      const quietSeconds = (now.getTime() - session.lastPageAt.getTime()) / 1000
      if (session.state === 'open' && session.streaming && quietSeconds >= parts.settleSeconds)
        finishCollecting(session)
    }
    return whole.shift() ?? sessions.find(hasStreamed)
  }

  const hasStreamed = ({ state, streaming, pages }: MemorySession): boolean =>
    state === 'open' && streaming && [...pages.values()].some(({ isApplied }) => !isApplied)

  return {
    isUnfinished: (cohort) =>
      sessions.some((one) => one.cohort === cohort && (one.state === 'open' || one.state === 'whole')),

    storePage: async (arrival): Promise<PageReceipt> => {
      const { page, accountId } = arrival
      const cohort = parts.cohortOf(accountId, page.cohort)
      const digest = hash('sha256', arrival.body, 'base64url')
      const decision = gatePage(question(cohort, page, digest))
      if (decision.kind !== 'store') return { decision: decision.kind }
      const session = take(cohort, arrival, decision)
      const reading = readCohortPage(Buffer.from(arrival.body), { exactIntegers: true })
      const members = reading.ok ? reading.page.members : []
      session.pages.set(pageKey(page, digest), { digest, members, isApplied: false })
      if (decision.whole) finishCollecting(session)
      return { decision: decision.whole ? 'whole' : 'stored' }
    },

    applyNext: async (now): Promise<AppliedStep | undefined> => {
      const session = nextSession(now)
      if (session === undefined) return undefined
      const effects = applyPages(session, now)
      const finished = session.state === 'whole'
      if (finished && session.action === 'replace') effects.push(...removeLeavers(session, now))
      if (finished) {
        session.state = 'applied'
        session.cohort.lastSyncAt = now
      }
      parts.changed(session.cohort, now)
      return { ...stepOf(session.cohort, effects), sessionId: session.externalId || null, finished }
    },
  }
}

const stepOf = ({ accountId, projectId, cohortId }: MemoryCohort, effects: readonly Effect[]) => {
  const count = (effect: Effect): number => effects.filter((one) => one === effect).length
  return {
    accountId,
    projectId,
    cohortId,
    added: count('added'),
    removed: count('removed'),
    updated: count('updated'),
    unchanged: count('unchanged'),
  }
}
