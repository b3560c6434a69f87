import type { AccountSettings } from '../../authentication/account-settings.ts'
import { isMassRemoval } from '../../intake/mass-removal.ts'
import type { Approval } from '../../intake/page-store.ts'
import { removeMember, type Effect, type MemoryCohort, type MemorySync } from './memory-cohort.ts'
import type { MemorySession, MemorySessions } from './memory-sessions.ts'

/** Removals of one session that were too many to carry out at once. */
export interface MemoryPlan {
  readonly session: number
  readonly since: Date
  state: 'held' | 'approved' | 'done' | 'superseded'
}

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

export const approve = (cohort: MemoryCohort | undefined, plan: string): Approval => {
  const found = cohort?.plans.find(({ session }) => String(session) === plan)
  if (found?.state === 'superseded') return 'superseded'
  if (found?.state !== 'held') return 'no-such-plan'
  found.state = 'approved'
  return 'approved'
}

/** Removals belong to the sync that named them, as long as that can be taken back. */
export const carryOut = (cohort: MemoryCohort, plan: MemoryPlan, at: Date): Effect[] => {
  const held = [...cohort.held]
  cohort.held.clear()
  plan.state = 'done'
  return held.map(([id, heldBy]) => {
    const sync = cohort.syncs.find((one) => one.id === heldBy)
    if (sync?.wasPresent.has(id) === false) sync.wasPresent.set(id, true)
    return removeMember(cohort, id, at)
  })
}
