import { hash } from 'node:crypto'
import { gatePage } from '../../intake/gate-page.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { PageStore } from '../../intake/page-store.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { addMember, presentMembers, removeMember, type Effect, type MemoryCohort } from './memory-cohort.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'

/** Pages in memory, decided by the same gate as on disk. */
export const memoryPages = (cohorts: MemoryCohorts, sessions: MemorySessions): PageStore => ({
  storePage: async (arrival) => {
    const { page, accountId } = arrival
    const cohort = cohorts.named(accountId, page.cohort)
    const digest = hash('sha256', arrival.body, 'base64url')
    const decision = gatePage(sessions.question(cohort, page, digest))
    if (decision.kind !== 'store') return { decision: decision.kind }
    const session = sessions.take(cohort, arrival, decision)
    const reading = readCohortPage(Buffer.from(arrival.body), { exactIntegers: true })
    const members = reading.ok ? reading.page.members : []
    session.pages.set(pageKey(page, digest), { digest, members, isApplied: false })
    if (decision.whole) sessions.finishCollecting(session)
    return { decision: decision.whole ? 'whole' : 'stored' }
  },

  applyNext: async (now) => {
    const session = sessions.next(now)
    if (session === undefined) return undefined
    const effects = applyPages(session, now)
    const finished = session.state === 'whole'
    if (finished && session.action === 'replace') effects.push(...removeLeavers(session, now))
    if (finished) {
      session.state = 'applied'
      session.cohort.lastSyncAt = now
    }
    cohorts.wakeFeeds(session.cohort, now)
    return { ...stepOf(session.cohort, effects), sessionId: session.externalId || null, finished }
  },
})

const applyPages = ({ action, cohort, pages }: MemorySession, at: Date): Effect[] => {
  const waiting = [...pages.values()].filter(({ isApplied }) => !isApplied)
  return waiting.flatMap((page) => {
    page.isApplied = true
    return page.members.map((member) =>
      action === 'remove' ? removeMember(cohort, member.id, at) : addMember(cohort, member, at),
    )
  })
}

const removeLeavers = ({ cohort, pages }: MemorySession, at: Date): Effect[] => {
  const named = new Set([...pages.values()].flatMap(({ members }) => members.map(({ id }) => id)))
  const leavers = presentMembers(cohort).filter(({ id }) => !named.has(id))
  return leavers.map(({ id }) => removeMember(cohort, id, at))
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
