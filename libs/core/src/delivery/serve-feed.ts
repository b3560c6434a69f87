import type { Outcome } from '@cohort-relay/connector-kit'
import { afterFailure } from './after-failure.ts'
import { batchOutcomes } from './batch-outcomes.ts'
import type { Connect, ConnectedDestination } from './connected-destination.ts'
import { deliverBatch, type BatchDelivery } from './deliver-batch.ts'
import type { DestinationStore } from './destination-store.ts'
import type { BatchOutcomes, FeedBatch, FeedStore, OwedFeed } from './feed-store.ts'
import { planBatch } from './plan-batch.ts'

export interface ServeParts {
  readonly store: FeedStore & DestinationStore
  readonly connect: Connect
  readonly now: () => Date
  readonly random: () => number
  readonly stopped: AbortSignal
  /** Deadline of one call of a connector. */
  readonly callSeconds: number
}

/** Fewest changes read at once, so that a destination of one member a call does not cost a read for each. */
const fewestChanges = 100

/** One turn of a feed: a batch read, sent, and its outcomes recorded. */
export const serveFeed = async ({ feedId, destinationId }: OwedFeed, parts: ServeParts): Promise<void> => {
  const stored = await parts.store.findDestination(destinationId)
  if (stored === undefined) return
  const connected = parts.connect(stored)
  const batch = await parts.store.readBatch(
    feedId,
    parts.now(),
    Math.max(connected.membersPerCall, fewestChanges),
  )
  if (batch !== undefined) await serveBatch(connected, batch, parts)
}

const serveBatch = async (
  connected: ConnectedDestination,
  batch: FeedBatch,
  parts: ServeParts,
): Promise<void> => {
  const { store, random } = parts
  const began = parts.now()
  const plan = planBatch(batch.changes, connected.identity)
  const recordAudience = (audienceId: string) => store.recordAudience(batch.feedId, audienceId)
  const { stopped, callSeconds } = parts
  const delivery = await deliverBatch({ connected, batch, plan, recordAudience, stopped, callSeconds })
  const outcomes = batchOutcomes({ batch, plan, sent: delivery.sent, at: parts.now(), random })
  await store.recordOutcomes(batch.feedId, outcomes)
  if (delivery.error !== undefined) await postpone(batch, delivery, parts)
  report(connected, batch, { delivery, outcomes, milliseconds: parts.now().getTime() - began.getTime() })
}

const postpone = async (batch: FeedBatch, { error }: BatchDelivery, parts: ServeParts): Promise<void> => {
  // A batch cut off by the process's end is due as before.
  if (error === undefined || parts.stopped.aborted) return
  const action = afterFailure(error, batch.attempts, { now: parts.now(), random: parts.random })
  if (action.forgetsAudience) await parts.store.recordAudience(batch.feedId, null)
  await parts.store.postponeFeed(batch.feedId, action.postponement)
}

interface Report {
  readonly delivery: BatchDelivery
  readonly outcomes: BatchOutcomes
  readonly milliseconds: number
}

/** One line a batch, with every decision in it and nobody's name. */
const report = (
  { id, accountId, connector, log }: ConnectedDestination,
  batch: FeedBatch,
  done: Report,
): void => {
  const { delivery, outcomes, milliseconds } = done
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
    calls: delivery.calls,
    cursor: outcomes.cursor,
    milliseconds,
  }
  if (delivery.error === undefined) log.info(fields, 'batch.delivered')
  else log.warn({ ...fields, kind: delivery.error.kind, reason: delivery.error.message }, 'batch.failed')
}
