import { hash } from 'node:crypto'
import { applyHalf } from '../../intake/apply-half.ts'
import { gatePage } from '../../intake/gate-page.ts'
import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage, PageStore } from '../../intake/page-store.ts'
import { isComplete } from '../../intake/place-half.ts'
import { withSync } from '../../ledger/sync-rhythm.ts'
import { countSetAside } from '../../webhook/count-set-aside.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { applyPages } from './apply-memory-pages.ts'
import { presentMembers, removeMember, type Effect, type MemoryCohort } from './memory-cohort.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'
import { memorySyncLayers } from './memory-sync-layers.ts'

/** Pages in memory, decided by the same gate as on disk. */
export const memoryPages = (cohorts: MemoryCohorts, sessions: MemorySessions): PageStore => ({
  storePage: async (arrival) => {
    const { page, accountId } = arrival
    const cohort = cohorts.named(accountId, page.cohort)
    const digest = hash('sha256', arrival.body, 'base64url')
    const decision = gatePage(sessions.question(cohort, page, digest))
    if (decision.kind === 'repeat') recordRepeat(sessions.newestRound(cohort, page)!, arrival, decision.marks)
    if (decision.kind !== 'store') return { decision: decision.kind, canApply: false }
    const session = sessions.take(cohort, arrival, decision)
    const reading = readCohortPage(Buffer.from(arrival.body), { exactIntegers: true })
    const members = reading.ok ? reading.page.members : []
    const isResent = decision.restarted
    const setAside = countSetAside(page.setAside)
    session.pages.set(pageKey(page, digest), {
      digest,
      members,
      isPending: true,
      isResent,
      repeats: 0,
      setAside,
    })
    const { whole, streaming, settles } = decision
    if (whole) sessions.finishCollecting(session)
    return { decision: whole ? 'whole' : 'stored', canApply: whole || streaming || settles.length > 0 }
  },

  applyNext: async (now) => {
    const session = sessions.next(now)
    if (session === undefined) {
      cohorts.forgetBases(now)
      return undefined
    }
    const effects: Effect[] = []
    const finished = applySession(session, { sessions, now, effects })
    if (finished) {
      sessions.finish(session)
      session.cohort.lastSyncAt = now
      const { sync, cohort } = session
      cohort.recentSyncs = withSync(cohort.recentSyncs, { sync, at: now.getTime() })
    }
    if (session.cohort.sequence > 0) session.cohort.firstChangeAt ??= now
    cohorts.wakeFeeds(session.cohort, now)
    return { ...stepOf(session.cohort, effects), sessionId: session.externalId || null, finished }
  },

  countWaitingPages: async (accountId, now) => sessions.countWaiting(accountId, now),

  recordReply: async (accountId, key, reply) => {
    const cohort = key && cohorts.find(accountId, key)
    if (cohort) cohort.lastReply = reply
    else if (key === null) cohorts.replies.set(accountId, reply)
  },
})

/** A page of the newest sync that came too often: whether Mixpanel got an answer is not known. */
const recordRepeat = (
  session: MemorySession,
  { page, body, receivedAt }: ArrivedPage,
  marks: boolean,
): void => {
  const stored = session.pages.get(pageKey(page, hash('sha256', body, 'base64url')))!
  stored.repeats++
  session.lastPageAt = receivedAt
  if (marks) stored.isResent = true
  const reading = readRepeat(stored.repeats)
  if (reading === 'given-up') doubt(session, stored)
  if (reading === 'begun-again') trust(session.cohort, stored)
}

const doubt = ({ id, cohort }: MemorySession, page: object): void => {
  const newest = cohort.syncs.at(-1)
  if (newest === undefined || newest.uncertain || !isComplete(newest)) return
  if (newest.add !== id && newest.remove !== id) return
  Object.assign(newest, { uncertain: true, doubtfulPage: page })
  cohort.reconcileReason = 'acknowledgements-lost'
}

const trust = (cohort: MemoryCohort, page: object): void => {
  const trusted = cohort.syncs.find((sync) => sync.uncertain && sync.doubtfulPage === page)
  if (trusted === undefined) return
  trusted.uncertain = false
  const isSettled = !cohort.syncs.some(({ uncertain }) => uncertain)
  if (isSettled && cohort.reconcileReason === 'acknowledgements-lost') cohort.reconcileReason = null
}

interface Application {
  readonly sessions: MemorySessions
  readonly now: Date
  readonly effects: Effect[]
}

/** True when the session is in the ledger. */
const applySession = (session: MemorySession, { sessions, now, effects }: Application): boolean => {
  const { action, externalId, cohort } = session
  if (action === 'replace' || externalId === '') return replace(session, { sessions, now, effects })
  const layers = memorySyncLayers({ sessions, session, now, effects })
  for (;;) {
    const { id, sync, judged } = session
    const half = { session: id, externalId, action, whole: session.state === 'whole', sync, judged }
    const progress = applyHalf(half, { ...layers, pairing: cohort.pairing })
    if (progress !== 'more') return progress === 'finished'
  }
}

/** A full set, or a page without a session: what came before can no longer be taken back. */
const replace = (session: MemorySession, { now, effects }: Application): boolean => {
  const { action, cohort, state } = session
  effects.push(...applyPages(session, now))
  if (state !== 'whole') return false
  if (action === 'replace') effects.push(...removeLeavers(session, now))
  cohort.syncs.length = 0
  if (action === 'replace') cohort.reconcileReason = null
  return true
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
