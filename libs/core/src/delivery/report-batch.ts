import type { Outcome } from '@cohort-relay/connector-kit'
import type { ConnectedDestination } from './connected-destination.ts'
import type { BatchDelivery } from './deliver-batch.ts'
import type { BatchOutcomes, FeedBatch } from './feed-store.ts'
import type { BatchPlan } from './plan-batch.ts'

interface Report {
  readonly delivery: BatchDelivery
  readonly outcomes: BatchOutcomes
  readonly plan: BatchPlan
  readonly milliseconds: number
}

/** One line a batch, with every decision in it and nobody's name. */
export const reportBatch = (
  { id, accountId, connector, log }: ConnectedDestination,
  batch: FeedBatch,
  done: Report,
): void => {
  const { delivery, outcomes, plan, milliseconds } = done
  const counts = new Map<Outcome | 'unresolved', number>()
  for (const { result } of delivery.sent) counts.set(result.outcome, (counts.get(result.outcome) ?? 0) + 1)
  const unresolved = outcomes.failures.filter(({ kind }) => kind === 'unresolved').length
  const fields = {
    accountId,
    destinationId: id,
    connector,
    projectId: batch.cohort.projectId,
    cohortId: batch.cohort.id,
    changes: batch.changes.length,
    ...Object.fromEntries(counts),
    unresolved,
    unaffected: plan.unaffected.length,
    calls: delivery.calls,
    cursor: outcomes.cursor,
    milliseconds,
  }
  if (delivery.interrupted) log.info(fields, 'batch.interrupted')
  else if (delivery.error === undefined) log.info(fields, 'batch.delivered')
  else log.warn({ ...fields, kind: delivery.error.kind, reason: delivery.error.message }, 'batch.failed')
}
