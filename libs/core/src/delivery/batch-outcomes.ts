import { storableText } from '../storable-text.ts'
import { backoffSeconds, later } from './backoff.ts'
import { severity } from './checked-results.ts'
import type { BatchOutcomes, FeedBatch, FeedChange, FormerMember, MemberFailure } from './feed-store.ts'
import type { BatchPlan } from './plan-batch.ts'
import type { Sent } from './send-tasks.ts'

const longestReason = 500

export interface OutcomeParts {
  readonly batch: FeedBatch
  readonly plan: BatchPlan
  readonly sent: readonly Sent[]
  readonly at: Date
  readonly random: () => number
}

/**
 * What to record of a batch of which perhaps only a part was sent: the cursor moves over the changes that have an
 * outcome, up to the first that has none.
 */
export const batchOutcomes = (parts: OutcomeParts): BatchOutcomes => {
  const { batch, at } = parts
  const worst = worstResults(parts.sent)
  const { done, cursor } = reached(parts)
  const failures = failuresOf(done, worst, parts)
  const failed = new Set(failures.map(({ memberRow }) => memberRow))
  const settled = done.map(({ memberRow }) => memberRow).filter((row) => !failed.has(row))
  const delivered = settled.filter((row) => worst.has(row)).length
  // Members tried again lie behind the cursor already; it never moves back over them.
  return { at, cursor: isRetry(batch) ? batch.cursor : cursor, delivered, settled, failures }
}

const isRetry = ({ begin, cursor }: FeedBatch): boolean => begin === cursor

/** The changes that have an outcome and may be left behind. */
const reached = ({ batch, plan, sent }: OutcomeParts): { done: readonly FeedChange[]; cursor: number } => {
  const { changes, begin, cursor } = batch
  const unfinished = unfinishedRows(plan, sent)
  if (isRetry(batch)) return { done: changes.filter(({ memberRow }) => !unfinished.has(memberRow)), cursor }
  const first = changes.findIndex(({ memberRow }) => unfinished.has(memberRow))
  if (first === -1) return { done: changes, cursor }
  const done = changes.slice(0, first)
  return { done, cursor: done.at(-1)?.sequence ?? begin }
}

const worstResults = (sent: readonly Sent[]): Map<number, Sent> => {
  const worst = new Map<number, Sent>()
  for (const one of sent) {
    const known = worst.get(one.task.change.memberRow)
    if (known === undefined || severity[one.result.outcome] > severity[known.result.outcome])
      worst.set(one.task.change.memberRow, one)
  }
  return worst
}

const unfinishedRows = ({ removals, additions }: BatchPlan, sent: readonly Sent[]): Set<number> => {
  const done = new Set(sent.map(({ task }) => task))
  const left = [...removals, ...additions].filter((task) => !done.has(task))
  return new Set(left.map(({ change }) => change.memberRow))
}

const failuresOf = (
  done: readonly FeedChange[],
  worst: ReadonlyMap<number, Sent>,
  parts: OutcomeParts,
): MemberFailure[] => {
  const unresolved = new Map(parts.plan.unresolved.map(({ change, reason }) => [change.memberRow, reason]))
  // One jitter for all, so that members of one call are tried again in one call.
  const jitter = parts.random()
  const again = { at: parts.at, random: () => jitter, unremoved: unremovedMembers(parts.sent) }
  return done.flatMap((change) => {
    const reason = unresolved.get(change.memberRow)
    const kept = reason === undefined ? [] : failure(change, 'unresolved', reason)
    return sentFailure(worst.get(change.memberRow), again) ?? kept
  })
}

type TryAgain = Pick<OutcomeParts, 'at' | 'random'> & {
  readonly unremoved: ReadonlyMap<number, readonly FormerMember[]>
}

const sentFailure = (
  sent: Sent | undefined,
  { at, random, unremoved }: TryAgain,
): MemberFailure | undefined => {
  if (sent === undefined || !('reason' in sent.result)) return undefined
  const { task, result } = sent
  const kept = failure(task.change, result.outcome, result.reason)
  if (result.outcome !== 'retry') return kept
  const formerMembers = unremoved.get(task.change.memberRow) ?? []
  return { ...kept, dueAt: later(at, backoffSeconds(kept.attempts, random)), formerMembers }
}

/** By their rows. Written down as they were sent: by the next try the destination may see members otherwise. */
const unremovedMembers = (sent: readonly Sent[]): Map<number, FormerMember[]> => {
  const unremoved = new Map<number, FormerMember[]>()
  for (const { task, result } of sent) {
    if (task.verb !== 'remove' || result.outcome !== 'retry') continue
    const { identity, properties } = task.member
    const known = unremoved.get(task.change.memberRow) ?? []
    unremoved.set(task.change.memberRow, [...known, { identity, properties }])
  }
  return unremoved
}

const failure = (change: FeedChange, kind: MemberFailure['kind'], reason: string): MemberFailure => ({
  memberRow: change.memberRow,
  kind,
  reason: storableText(reason.slice(0, longestReason)),
  attempts: change.attempts + 1,
  formerMembers: [],
  dueAt: null,
})
