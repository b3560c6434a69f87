import { DestinationError, type Audience, type Call } from '@cohort-relay/connector-kit'
import type { ConnectedDestination } from './connected-destination.ts'
import type { FeedBatch } from './feed-store.ts'
import { idempotencyKey } from './idempotency-key.ts'
import type { BatchPlan, Task } from './plan-batch.ts'
import { sendTasks, type Sent } from './send-tasks.ts'

export interface BatchParts {
  readonly connected: ConnectedDestination
  readonly batch: FeedBatch
  readonly plan: BatchPlan
  /** Keeps the audience's id, so that it is prepared once. */
  readonly recordAudience: (audienceId: string) => Promise<void>
  readonly stopped: AbortSignal
  readonly callSeconds: number
}

export interface BatchDelivery {
  readonly sent: readonly Sent[]
  readonly calls: number
  /** Why the rest was not sent; undefined when all was. */
  readonly error: DestinationError | undefined
}

/** Makes the calls of one batch. Never throws: what was sent before a failure is not lost. */
export const deliverBatch = async (parts: BatchParts): Promise<BatchDelivery> => {
  const sent: Sent[] = []
  let calls = 0
  const count = <Result>(call: Promise<Result>): Promise<Result> => {
    calls++
    return call
  }
  try {
    for await (const one of send(parts, count)) sent.push(one)
    return { sent, calls, error: undefined }
  } catch (error) {
    return { sent, calls, error: toDestinationError(error, parts.stopped) }
  }
}

type Count = <Result>(call: Promise<Result>) => Promise<Result>

async function* send(parts: BatchParts, count: Count): AsyncGenerator<Sent> {
  const { connected, plan } = parts
  if (plan.removals.length + plan.additions.length === 0) return
  const { destination, membersPerCall } = connected
  const audience = await prepareAudience(parts)
  const members = (tasks: readonly Task[]) => tasks.map(({ member }) => member)
  yield* sendTasks(plan.removals, membersPerCall, (tasks) =>
    count(
      called(parts, keyOf(parts, 'remove', tasks), (call) =>
        destination.removeMembers(audience, members(tasks), call),
      ),
    ),
  )
  yield* sendTasks(plan.additions, membersPerCall, (tasks) =>
    count(
      called(parts, keyOf(parts, 'add', tasks), (call) =>
        destination.addMembers(audience, members(tasks), call),
      ),
    ),
  )
}

const keyOf = ({ connected, batch }: BatchParts, verb: string, tasks: readonly Task[]): string =>
  idempotencyKey([connected.id, batch.cohort.projectId, batch.cohort.id, verb], tasks)

const prepareAudience = async (parts: BatchParts): Promise<Audience> => {
  const { batch, connected, recordAudience } = parts
  const { cohort, audienceId } = batch
  if (audienceId !== null) return { id: audienceId, cohort }
  const key = keyOf(parts, 'prepare', [])
  const { id } = await called(parts, key, (call) => connected.destination.prepareAudience(cohort, call))
  await recordAudience(id)
  return { id, cohort }
}

/** Ends by the deadline or when the process stops, whether or not the connector heeds the signal. */
const called = async <Result>(
  { batch, stopped, callSeconds }: BatchParts,
  key: string,
  call: (call: Call) => Promise<Result>,
): Promise<Result> => {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(callSeconds * 1000)])
  signal.throwIfAborted()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = () => reject(signal.reason)
  signal.addEventListener('abort', end)
  try {
    return await Promise.race([call({ idempotencyKey: key, occurredAt: batch.occurredAt, signal }), ended])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Anything but a `DestinationError` is a fault of the connector: tried again, and named without its message. */
const toDestinationError = (error: unknown, stopped: AbortSignal): DestinationError => {
  if (error instanceof DestinationError) return error
  if (stopped.aborted) return new DestinationError('unavailable', 'stopped with the process')
  const { name } = error as Error
  if (name === 'TimeoutError') return new DestinationError('unavailable', 'the call took too long')
  return new DestinationError('unavailable', `the connector failed: ${name}`, { cause: error })
}
