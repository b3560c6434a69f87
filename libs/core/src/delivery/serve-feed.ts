import { DestinationError, type Logger } from '@cohort-relay/connector-kit'
import { errorName } from '../error-name.ts'
import { accessAfter } from './access-after.ts'
import { afterFailure } from './after-failure.ts'
import { batchOutcomes } from './batch-outcomes.ts'
import type { Connect, ConnectedDestination } from './connected-destination.ts'
import { deliverBatch } from './deliver-batch.ts'
import type { DestinationStore, StoredDestination } from './destination-store.ts'
import type { FeedBatch, FeedStore } from './feed-store.ts'
import type { FeedTurn } from './feed-turn.ts'
import { planBatch } from './plan-batch.ts'
import { reportBatch } from './report-batch.ts'

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
  // It was updated since it was taken: the next turn begins with that.
  if (stored !== undefined && stored.version !== turn.version) return
  const connected = setUp(stored, parts)
  if (connected instanceof DestinationError) return postponeBroken(turn, connected, parts)
  const limit = Math.max(connected.membersPerCall, fewestChanges)
  const batch = await parts.store.readBatch(turn, parts.now(), limit)
  if (batch === undefined) return
  const drains = stored?.drainingSince != null
  await serveBatch(connected, batch, { ...parts, drains, isRefused: stored?.unauthorizedSince != null })
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
  parts: ServeParts & { readonly drains: boolean; readonly isRefused: boolean },
): Promise<void> => {
  const { store, random, stopping, stopped, callSeconds } = parts
  const began = parts.now()
  const plan = planBatch(parts.drains ? drained(batch) : batch, connected)
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
  reportBatch(connected, batch, { delivery, outcomes, plan, milliseconds })
}

/** As if everybody had left, as far as anybody was told. */
const drained = (batch: FeedBatch): FeedBatch => {
  const isBegun = batch.audienceId !== null || batch.formerViews.length > 0
  const told = batch.changes.filter(({ formerMembers }) => isBegun || formerMembers.length > 0)
  return { ...batch, changes: told.map((change) => ({ ...change, present: false })) }
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
