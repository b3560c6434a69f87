import type { FeedChange } from '../../delivery/feed-store.ts'
import type { MemoryCohort, MemoryMember } from './memory-cohort.ts'

/** Changes after the cursor in order, without those who had left before the feed began. */
export const changesAfter = (cohort: MemoryCohort, cursor: number, start: number): MemoryMember[] =>
  [...cohort.members.values()]
    .filter(({ sequence, present }) => sequence > cursor && (present || sequence > start))
    .toSorted((one, other) => one.sequence - other.sequence)

export const toChange = (member: MemoryMember, cursor: number, attempts: number): FeedChange => ({
  memberRow: member.row,
  id: member.id,
  sequence: member.sequence,
  changedAt: member.changedAt,
  present: member.present,
  properties: member.properties,
  formerProperties: member.sequence > cursor ? [...member.versions] : [],
  attempts,
})
