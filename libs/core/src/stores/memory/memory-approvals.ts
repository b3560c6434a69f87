import type { Approval } from '../../intake/page-store.ts'
import { removeMember, type Effect, type MemoryCohort } from './memory-cohort.ts'
import type { MemoryPlan } from './memory-plan.ts'

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
