import type { SetAsideMember, SetAsideReason } from './set-aside-member.ts'

/** How many members were set aside for each reason; reasons that did not occur are left out. */
export type SetAsideCounts = Readonly<Partial<Record<SetAsideReason, number>>>

export const countSetAside = (members: readonly SetAsideMember[]): SetAsideCounts =>
  addSetAside(members.map(({ reason }) => ({ [reason]: 1 })))

/** The sum of several counts. Its reasons are in order of the alphabet: one database keeps no other order. */
export const addSetAside = (counts: readonly SetAsideCounts[]): SetAsideCounts => {
  const sum: Partial<Record<SetAsideReason, number>> = {}
  const all = counts.flatMap((one) => Object.entries(one) as [SetAsideReason, number][])
  for (const [reason, members] of all.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    sum[reason] = (sum[reason] ?? 0) + members
  return sum
}
