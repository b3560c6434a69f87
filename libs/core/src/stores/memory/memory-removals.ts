import type { AccountSettings } from '../../authentication/account-settings.ts'
import { isMassRemoval } from '../../intake/mass-removal.ts'
import type { Effect, MemoryCohort, MemorySync } from './memory-cohort.ts'
import type { MemoryPlan } from './memory-plan.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'

interface Judging {
  readonly sessions: MemorySessions
  readonly settings: AccountSettings
  readonly now: Date
}

/** Holds the removals of a session that would let so many leave. True when they are held. */
export const judgeRemovals = (session: MemorySession, leaving: number, judging: Judging): boolean => {
  const { cohort, id } = session
  const { sessions, settings, now } = judging
  if (cohort.plans.some((plan) => plan.session === id)) return isHeld(session)
  const adding = cohort.syncs.find((sync) => sync.id === session.sync)?.add ?? id
  const members = sessions.byId(Math.min(adding, id))?.membersBefore ?? 0
  if (!isMassRemoval({ leaving, members, isFirstSync: cohort.lastSyncAt === null }, settings)) return false
  supersede(cohort)
  cohort.plans.push({ session: id, since: now, state: 'held' })
  return true
}

export const isHeld = ({ id, cohort }: MemorySession): boolean => heldPlan(cohort)?.session === id

export const heldPlan = ({ plans }: MemoryCohort): MemoryPlan | undefined =>
  plans.find(({ state }) => state === 'held')

const supersede = (cohort: MemoryCohort): void => {
  const plan = heldPlan(cohort)
  if (plan !== undefined) plan.state = 'superseded'
}

/** She stays until her removal is approved. */
export const holdMember = (cohort: MemoryCohort, id: string, sync?: MemorySync): Effect => {
  if (cohort.members.get(id)?.present === true && !cohort.held.has(id)) cohort.held.set(id, sync?.id ?? null)
  return 'unchanged'
}

/** She is named again: as if the removal had been carried out and she had come back. */
export const releaseMember = (cohort: MemoryCohort, id: string, sync?: MemorySync): void => {
  const heldBy = cohort.held.get(id)
  if (!cohort.held.delete(id) || sync === undefined) return
  const remover = cohort.syncs.find((one) => one.id === heldBy)
  if (remover === undefined) return
  if (!remover.wasPresent.has(id)) remover.wasPresent.set(id, true)
  if (!sync.wasPresent.has(id)) sync.wasPresent.set(id, false)
}

/** A full set is whole: it alone says who leaves. */
export const forgetOlder = (session: MemorySession): void => {
  if (isHeld(session)) return
  supersede(session.cohort)
  session.cohort.held.clear()
}

/** Returns how many removals the session, which is finished, left waiting. */
export const finishHold = (session: MemorySession): number => {
  if (session.cohort.held.size === 0) supersede(session.cohort)
  return isHeld(session) ? session.cohort.held.size : 0
}
