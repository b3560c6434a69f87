import type { FeedChange } from '../../delivery/feed-store.ts'
import type { MemoryCohort, MemoryMember } from './memory-cohort.ts'

/** Changes after the cursor in order, without those who had left before the feed began. */
export const changesAfter = (cohort: MemoryCohort, cursor: number, start: number): MemoryMember[] =>
  [...cohort.members.values()]
    .filter(({ sequence, present }) => sequence > cursor && (present || sequence > start))
    .toSorted((one, other) => one.sequence - other.sequence)

interface Place {
  readonly cursor: number
  readonly told: number
}

/** In the newest state, with what was replaced since the destination was told of everybody. */
export const toChange = (member: MemoryMember, { cursor, told }: Place, attempts: number): FeedChange => ({
  memberRow: member.row,
  id: member.id,
  sequence: member.sequence,
  changedAt: member.changedAt,
  present: member.present,
  properties: member.properties,
  formerProperties: member.sequence > cursor ? versionsAfter(member, told) : [],
  formerMembers: [],
  isTold: member.present && member.presentSince <= told,
  attempts,
})

const versionsAfter = ({ versions }: MemoryMember, told: number): string[] =>
  versions.filter(({ until }) => until > told).map(({ properties }) => properties)
