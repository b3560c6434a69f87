import { hash } from 'node:crypto'
import type { AccountSettings } from '../../authentication/account-settings.ts'
import { applyHalf } from '../../intake/apply-half.ts'
import { gatePage } from '../../intake/gate-page.ts'
import { readRepeat } from '../../intake/lost-acknowledgements.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { AppliedStep, ArrivedPage, PageStore } from '../../intake/page-store.ts'
import { notTaken, receiptOf } from '../../intake/receipt-of.ts'
import { isComplete } from '../../intake/place-half.ts'
import { withSync } from '../../ledger/sync-rhythm.ts'
import { countSetAside } from '../../webhook/count-set-aside.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { applyPages } from './apply-memory-pages.ts'
import { approve, carryOut } from './memory-approvals.ts'
import { presentMembers, removeMember, type Effect, type MemoryCohort } from './memory-cohort.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import { finishHold, forgetOlder, holdMember, judgeRemovals } from './memory-removals.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'
import { memorySyncLayers } from './memory-sync-layers.ts'

export interface MemoryPagesParts {
  readonly cohorts: MemoryCohorts
  readonly sessions: MemorySessions
  readonly settingsOf: (accountId: string) => AccountSettings
}

const replies = (
  cohorts: MemoryCohorts,
  sessions: MemorySessions,
): Pick<PageStore, 'countWaitingPages' | 'recordReply'> => ({
  countWaitingPages: async (accountId, now) => sessions.countWaiting(accountId, now),

  recordReply: async (accountId, key, reply) => {
    const cohort = key && cohorts.find(accountId, key)
    if (cohort) cohort.lastReply = reply
    else if (key === null) cohorts.replies.set(accountId, reply)
  },
})

/** Pages in memory, decided by the same gate as on disk. */
export const memoryPages = ({ cohorts, sessions, settingsOf }: MemoryPagesParts): PageStore => ({
  storePage: async (arrival) => {
    const { page, accountId } = arrival
    if (cohorts.isDeleting(accountId)) return notTaken
    const cohort = cohorts.named(accountId, page.cohort)
    const digest = hash('sha256', arrival.body, 'base64url')
    const merges = settingsOf(accountId).membersAction === 'merge'
    const held = cohort.held.size > 0
    const question = sessions.question(cohort, page, digest)
    const decision = gatePage({ ...question, merges })
    const receipt = receiptOf(question, decision, held)
    if (decision.kind === 'repeat') recordRepeat(sessions.newestRound(cohort, page)!, arrival, decision.marks)
    if (decision.kind !== 'store') return receipt
    const session = sessions.take(cohort, arrival, decision)
    const reading = readCohortPage(Buffer.from(arrival.body), { exactIntegers: true })
    const members = reading.ok ? reading.page.members : []
    const setAside = countSetAside(page.setAside)
    const flags = { isPending: true, isCounted: false, isResent: decision.restarted }
    session.pages.set(pageKey(page, digest), { digest, members, ...flags, repeats: 0, setAside })
    if (decision.whole) sessions.finishCollecting(session)
    return receipt
  },

  applyNext: async (asked) => {
    const approved = cohorts.approved()
    if (approved !== undefined) return carryOutStep(approved, cohorts, asked)
    const session = sessions.next(asked)
    if (session === undefined) {
      cohorts.forgetBases(asked)
      return undefined
    }
    // A step that was asked for before the page came may still be the one that applies it.
    const now = new Date(Math.max(asked.getTime(), session.lastPageAt.getTime()))
    const effects: Effect[] = []
    begin(session, now)
    const settings = settingsOf(session.cohort.accountId)
    const finished = await applySession(session, { sessions, settings, now, effects })
    if (finished) {
      sessions.finish(session)
      session.cohort.lastSyncAt = now
      const { sync, cohort } = session
      cohort.recentSyncs = withSync(cohort.recentSyncs, { sync, at: now.getTime() })
    }
    if (session.cohort.sequence > 0) session.cohort.firstChangeAt ??= now
    cohorts.wakeFeeds(session.cohort, now)
    const held = finished ? finishHold(session) : 0
    const sessionId = session.externalId || null
    return { ...stepOf(session.cohort, effects), sessionId, finished, held, approved: false }
  },

  ...replies(cohorts, sessions),

  approveRemovals: async (accountId, key, { plan }) => approve(cohorts.find(accountId, key), plan),
})

const carryOutStep = (cohort: MemoryCohort, cohorts: MemoryCohorts, now: Date): AppliedStep => {
  const plan = cohort.plans.find(({ state }) => state === 'approved')!
  const effects = carryOut(cohort, plan, now)
  cohorts.wakeFeeds(cohort, now)
  return { ...stepOf(cohort, effects), sessionId: null, finished: true, held: 0, approved: true }
}

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

const begin = (session: MemorySession, now: Date): void => {
  session.membersBefore ??= presentMembers(session.cohort).length
  session.begunAt ??= now
}

interface Application {
  readonly sessions: MemorySessions
  readonly settings: AccountSettings
  readonly now: Date
  readonly effects: Effect[]
}

/** True when the session is in the ledger. */
const applySession = async (session: MemorySession, application: Application): Promise<boolean> => {
  const { action, externalId } = session
  // What was begun as half of a sync is ended as one, whatever the setting has become.
  const isMerge = application.settings.membersAction === 'merge' && session.sync === null
  if (action === 'replace' || externalId === '' || isMerge) return replace(session, application)
  const layers = memorySyncLayers({
    ...application,
    session,
    judgeRemovals: () => judgeHalf(session, application),
  })
  for (;;) {
    const { id, sync, judged } = session
    const half = { session: id, externalId, action, whole: session.state === 'whole', sync, judged }
    const progress = await applyHalf(half, layers)
    if (progress !== 'more') return progress === 'finished'
  }
}

/** A full set, or a page without a session: what came before can no longer be taken back. */
const replace = (session: MemorySession, application: Application): boolean => {
  const { action, cohort, state } = session
  const { now, effects, settings } = application
  judgeHalf(session, application)
  effects.push(...applyPages(session, now))
  if (state !== 'whole') return false
  const isFullSet = action === 'replace' && settings.membersAction === 'replace'
  if (isFullSet) effects.push(...removeLeavers(session, application))
  cohort.syncs.length = 0
  if (isFullSet) cohort.reconcileReason = null
  if (isFullSet && cohort.held.size === 0) cohort.namedSince = session.begunAt ?? null
  return true
}

/** A half of removals waits if they are too many. */
const judgeHalf = (session: MemorySession, application: Application): void => {
  const { action, cohort, pages } = session
  if (action !== 'remove') return
  const uncounted = [...pages.values()].filter(({ isPending, isCounted }) => isPending && !isCounted)
  for (const page of uncounted) {
    page.isCounted = true
    session.removals += page.members.filter(({ id }) => cohort.members.get(id)?.present === true).length
  }
  if (uncounted.length > 0) judgeRemovals(session, session.removals, application)
}

const removeLeavers = (session: MemorySession, application: Application): Effect[] => {
  const { cohort, pages } = session
  forgetOlder(session)
  const named = new Set([...pages.values()].flatMap(({ members }) => members.map(({ id }) => id)))
  const leavers = presentMembers(cohort).filter(({ id }) => !named.has(id))
  const holds = judgeRemovals(session, leavers.length, application)
  return leavers.map(({ id }) => (holds ? holdMember(cohort, id) : removeMember(cohort, id, application.now)))
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
