import type { SetAsideMember, SetAsideReason } from './set-aside-member.ts'

/** How many members were set aside for each reason; reasons that did not occur are left out. */
export type SetAsideCounts = Readonly<Partial<Record<SetAsideReason, number>>>

export const countSetAside = (members: readonly SetAsideMember[]): SetAsideCounts =>
  addSetAside(members.map(({ reason }) => ({ [reason]: 1 })))

/** The sum of several counts. */
export const addSetAside = (counts: readonly SetAsideCounts[]): SetAsideCounts => {
  const sum: Partial<Record<SetAsideReason, number>> = {}
  for (const [name, members] of counts.flatMap((one) => Object.entries(one))) {
    const reason = name as SetAsideReason
    sum[reason] = (sum[reason] ?? 0) + members
  }
  return sum
}
