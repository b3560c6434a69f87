import { addMember, removeMember, type Effect, type MemorySync } from './memory-cohort.ts'
import { holdMember, isHeld, releaseMember } from './memory-removals.ts'
import type { MemorySession } from './memory-sessions.ts'

/** Applies the pages that wait; remembers in the sync who was in the cohort before. */
export const applyPages = (session: MemorySession, at: Date, sync?: MemorySync): Effect[] => {
  const { action, cohort, pages } = session
  const holds = action === 'remove' && isHeld(session)
  return [...pages.values()]
    .filter(({ isPending }) => isPending)
    .flatMap((page) => {
      page.isPending = false
      const effects = page.members.map((member) => {
        const wasPresent = cohort.members.get(member.id)?.present === true
        if (holds) return holdMember(cohort, member.id, sync)
        if (action !== 'remove') releaseMember(cohort, member.id, sync)
        const effect =
          action === 'remove' ? removeMember(cohort, member.id, at) : addMember(cohort, member, at)
        if (action === 'remove') cohort.held.delete(member.id)
        if (effect === 'added' || effect === 'removed') remember(sync, member.id, wasPresent)
        return effect
      })
      return effects.length > 0 ? effects : ['unchanged' as const]
    })
}

const remember = (sync: MemorySync | undefined, id: string, wasPresent: boolean): void => {
  if (sync?.wasPresent.has(id) === false) sync.wasPresent.set(id, wasPresent)
}
