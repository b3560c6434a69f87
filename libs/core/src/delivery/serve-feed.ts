import { DestinationError, type Logger, type Outcome } from '@cohort-relay/connector-kit'
import { errorName } from '../error-name.ts'
import { accessAfter } from './access-after.ts'
import { afterFailure } from './after-failure.ts'
import { batchOutcomes } from './batch-outcomes.ts'
import type { Connect, ConnectedDestination } from './connected-destination.ts'
import { deliverBatch, type BatchDelivery } from './deliver-batch.ts'
import type { DestinationStore, StoredDestination } from './destination-store.ts'
import type { BatchOutcomes, FeedBatch, FeedStore } from './feed-store.ts'
import type { FeedTurn } from './feed-turn.ts'
import { planBatch, type BatchPlan } from './plan-batch.ts'

export interface ServeParts {
  readonly store: FeedStore & DestinationStore
  readonly connect: Connect
  readonly now: () => Date
  readonly random: () => number
  readonly log: Logger
  /** No call is begun any more. */
  readonly stopping: AbortSignal
  /** Calls under way end, too. */
  readonly stopped: AbortSignal
  /** Deadline of one call of a connector. */
  readonly callSeconds: number
}

/** Fewest changes read at once, so that a destination of one member a call does not cost a read for each. */
const fewestChanges = 100
const mostChanges = 10_000

/** One turn of a feed: a batch read, sent, and its outcomes recorded. Rejects when the store fails or the lease is lost. */
export const serveFeed = async (turn: FeedTurn, parts: ServeParts): Promise<void> => {
  const stored = await parts.store.findDestination(turn.destinationId)
  const connected = setUp(stored, parts)
  if (connected instanceof DestinationError) return postponeBroken(turn, connected, parts)
  const limit = Math.max(connected.membersPerCall, fewestChanges)
  const batch = await parts.store.readBatch(turn, parts.now(), limit)
  if (batch !== undefined)
    await serveBatch(connected, batch, { ...parts, isRefused: stored?.unauthorizedSince != null })
}

const setUp = (
  stored: StoredDestination | undefined,
  { connect }: ServeParts,
): ConnectedDestination | DestinationError => {
  if (stored === undefined) return new DestinationError('misconfigured', 'the destination does not exist')
  try {
    const connected = connect(stored)
    return { ...connected, membersPerCall: usableLimit(connected.membersPerCall) }
  } catch (error) {
    return new DestinationError('misconfigured', `the connector cannot be set up: ${errorName(error)}`)
  }
}

/** One by one where a connector's limit makes no sense. */
const usableLimit = (membersPerCall: number): number =>
  membersPerCall >= 1 ? Math.floor(Math.min(membersPerCall, mostChanges)) : 1

const postponeBroken = async (
  turn: FeedTurn,
  error: DestinationError,
  { store, now, random, log }: ServeParts,
): Promise<void> => {
  const { postponement } = afterFailure(error, 0, { now: now(), random })
  await store.postponeFeed(turn, postponement)
  await store.restDestination(turn, postponement.dueAt)
  const { destinationId } = turn
  log.error({ destinationId, kind: error.kind, reason: error.message }, 'destination.broken')
}

const serveBatch = async (
  connected: ConnectedDestination,
  batch: FeedBatch,
  parts: ServeParts & { readonly isRefused: boolean },
): Promise<void> => {
  const { store, random, stopping, stopped, callSeconds } = parts
  const began = parts.now()
  const plan = planBatch(batch.changes, connected)
  const recordAudience = (audienceId: string) => store.recordAudience(batch, audienceId)
  const calling = { stopping, stopped, callSeconds }
  const delivery = await deliverBatch({ connected, batch, plan, recordAudience, ...calling })
  const outcomes = batchOutcomes({ batch, plan, sent: delivery.sent, at: parts.now(), random })
  await store.recordOutcomes(batch, outcomes)
  const access = accessAfter(delivery)
  if (access === 'refused' || (access !== undefined && parts.isRefused))
    await store.recordAccess(batch, access, parts.now())
  if (delivery.error !== undefined) await postpone(batch, delivery.error, parts)
  const milliseconds = parts.now().getTime() - began.getTime()
  report(connected, batch, { delivery, outcomes, plan, milliseconds })
}

const postpone = async (
  batch: FeedBatch,
  error: DestinationError,
  { store, now, random }: ServeParts,
): Promise<void> => {
  const action = afterFailure(error, batch.attempts, { now: now(), random })
  if (action.forgetsAudience) await store.recordAudience(batch, null)
  await store.postponeFeed(batch, action.postponement)
  if (action.pausesDestination) await store.restDestination(batch, action.postponement.dueAt)
}

interface Report {
  readonly delivery: BatchDelivery
  readonly outcomes: BatchOutcomes
  readonly plan: BatchPlan
  readonly milliseconds: number
}

/** One line a batch, with every decision in it and nobody's name. */
const report = (
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
