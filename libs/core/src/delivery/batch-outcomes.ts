import type { Outcome } from '@cohort-relay/connector-kit'
import { backoffSeconds, later } from './backoff.ts'
import type { BatchOutcomes, FeedBatch, FeedChange, MemberFailure } from './feed-store.ts'
import type { BatchPlan } from './plan-batch.ts'
import type { Sent } from './send-tasks.ts'

/** How bad each outcome is; of a member's removal and addition the worse one counts. */
const severity: Record<Outcome, number> = { applied: 0, unchanged: 0, skipped: 1, refused: 2, retry: 3 }

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
  const { batch, plan, at } = parts
  const worst = worstResults(parts.sent)
  const unfinished = unfinishedRows(plan, parts.sent)
  const firstUnfinished = batch.changes.findIndex(({ memberRow }) => unfinished.has(memberRow))
  const isRetry = batch.begin === batch.cursor
  const reached = isRetry || firstUnfinished === -1 ? batch.changes : batch.changes.slice(0, firstUnfinished)
  const done = reached.filter(({ memberRow }) => !unfinished.has(memberRow))
  const unresolved = new Map(plan.unresolved.map(({ change, reason }) => [change.memberRow, reason]))
  const failures = done.flatMap((change) => {
    const reason = unresolved.get(change.memberRow)
    const kept = reason === undefined ? undefined : failure(change, 'unresolved', reason)
    return memberFailure(change, worst.get(change.memberRow), parts) ?? kept ?? []
  })
  const failed = new Set(failures.map(({ memberRow }) => memberRow))
  const settled = done.map(({ memberRow }) => memberRow).filter((row) => !failed.has(row))
  const told = settled.filter((row) => worst.has(row))
  const cursor = firstUnfinished === -1 ? batch.cursor : (reached.at(-1)?.sequence ?? batch.begin)
  // Members tried again lie behind the cursor already; it never moves back over them.
  return { at, cursor: isRetry ? batch.cursor : cursor, delivered: told.length, settled, failures }
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

const memberFailure = (
  change: FeedChange,
  sent: Sent | undefined,
  { at, random }: OutcomeParts,
): MemberFailure | undefined => {
  const result = sent?.result
  if (result === undefined || !('reason' in result)) return undefined
  const kept = failure(change, result.outcome, result.reason)
  if (result.outcome !== 'retry') return kept
  const dueAt = later(at, backoffSeconds(kept.attempts, random))
  return { ...kept, dueAt, formerProperties: change.formerProperties }
}

const failure = (change: FeedChange, kind: MemberFailure['kind'], reason: string): MemberFailure => ({
  memberRow: change.memberRow,
  kind,
  reason: reason.slice(0, longestReason),
  attempts: change.attempts + 1,
  formerProperties: null,
  dueAt: null,
})
