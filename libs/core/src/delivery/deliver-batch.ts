import { DestinationError, type Audience, type Call, type MemberResult } from '@cohort-relay/connector-kit'
import { errorName } from '../error-name.ts'
import { storableText } from '../storable-text.ts'
import { callWithin } from './call-within.ts'
import type { ConnectedDestination } from './connected-destination.ts'
import type { FeedBatch, FeedChange } from './feed-store.ts'
import { idempotencyKey } from './idempotency-key.ts'
import type { BatchPlan, Task } from './plan-batch.ts'
import { sendTasks, type Sent } from './send-tasks.ts'

export interface BatchParts {
  readonly connected: ConnectedDestination
  readonly batch: FeedBatch
  readonly plan: BatchPlan
  /** Keeps the audience's id, so that it is prepared once. */
  readonly recordAudience: (audienceId: string) => Promise<void>
  /** No call is begun any more, but those without which one that was made could not be recorded. */
  readonly stopping: AbortSignal
  /** Calls under way end, too. */
  readonly stopped: AbortSignal
  readonly callSeconds: number
}

export interface BatchDelivery {
  readonly sent: readonly Sent[]
  readonly calls: number
  /** Why the rest was not sent; undefined when all was, or when the process stops. */
  readonly error: DestinationError | undefined
  /** True: the process stops, and what was not sent is owed as before. */
  readonly interrupted: boolean
}

type MakeCall = <Result>(
  scope: readonly string[],
  tasks: readonly Task[],
  make: (call: Call) => Promise<Result>,
) => Promise<Result>

/** Makes the calls of one batch. Never throws: what was sent before a failure is not lost. */
export const deliverBatch = async (parts: BatchParts): Promise<BatchDelivery> => {
  const { batch, connected, plan, stopping, stopped, callSeconds } = parts
  const sent: Sent[] = []
  let calls = 0
  const makeCall: MakeCall = (scope, tasks, make) => {
    if (!isHalfTold(batch, plan, sent)) stopping.throwIfAborted()
    calls++
    const { projectId, id } = batch.cohort
    // Told, taken back and told again under another view, a member has the same change and identity as before.
    const key = idempotencyKey([connected.id, String(batch.version), projectId, id, ...scope], tasks)
    return callWithin(
      (signal) =>
        make({
          idempotencyKey: key,
          occurredAt: newest(tasks.length > 0 ? tasks.map(({ change }) => change) : batch.changes),
          signal,
        }),
      {
        seconds: callSeconds,
        stopped,
      },
    )
  }
  try {
    for await (const one of send(parts, makeCall)) sent.push(one)
    return { sent, calls, error: undefined, interrupted: false }
  } catch (error) {
    const interrupted = isReason(stopping, error) || isReason(stopped, error)
    return { sent, calls, error: interrupted ? undefined : toDestinationError(error), interrupted }
  }
}

/**
 * Removals go before additions, whatever their order in the sequence: to stop between them would leave removals behind
 * that cannot be recorded and would be told again. Members tried again are recorded one by one.
 */
const isHalfTold = ({ begin, cursor }: FeedBatch, { additions }: BatchPlan, sent: readonly Sent[]): boolean =>
  begin !== cursor && additions.length > 0 && sent.some(({ task }) => task.verb === 'remove')

async function* send(parts: BatchParts, makeCall: MakeCall): AsyncGenerator<Sent> {
  const { connected, plan } = parts
  if (plan.removals.length + plan.additions.length === 0) return
  const audience = await prepareAudience(parts, makeCall)
  const sendAll = (tasks: readonly Task[]) =>
    sendTasks(tasks, connected.membersPerCall, async (some) =>
      makeCall([some[0]!.verb, audience.id], some, tell(connected, audience, some)),
    )
  const unremoved = new Set<number>()
  for await (const one of sendAll(plan.removals)) {
    if (one.result.outcome === 'retry') unremoved.add(one.task.change.memberRow)
    yield one
  }
  // Added under a new identity while the old one is still there, one person would be two.
  const isHeld = ({ change }: Task): boolean => unremoved.has(change.memberRow)
  yield* plan.additions.filter(isHeld).map(held)
  yield* sendAll(plan.additions.filter((task) => !isHeld(task)))
}

const tell =
  ({ destination }: ConnectedDestination, audience: Audience, tasks: readonly Task[]) =>
  (call: Call): Promise<readonly MemberResult[]> => {
    const members = tasks.map(({ member }) => member)
    return tasks[0]?.verb === 'remove'
      ? destination.removeMembers(audience, members, call)
      : destination.addMembers(audience, members, call)
  }

const held = (task: Task): Sent => ({
  task,
  result: {
    memberId: task.member.id,
    outcome: 'retry',
    reason: 'waits until the former identity is removed',
  },
})

const prepareAudience = async (
  { batch, connected, recordAudience }: BatchParts,
  makeCall: MakeCall,
): Promise<Audience> => {
  const { cohort, audienceId, attempts } = batch
  if (audienceId !== null) return { id: audienceId, cohort }
  // Another try is other work: a partner that remembers keys would answer with the audience that is gone.
  const scope = ['prepare', String(attempts)]
  const reference: unknown = await makeCall(scope, [], (call) =>
    connected.destination.prepareAudience(cohort, call),
  )
  const id = readAudienceId(reference)
  await recordAudience(id)
  return { id, cohort }
}

/** In characters. A connector may make its id of a project's and a cohort's, of 1,024 bytes each. */
const longestAudienceId = 4096

const readAudienceId = (reference: unknown): string => {
  const id = typeof reference === 'object' && reference !== null && 'id' in reference ? reference.id : ''
  const isUsable = typeof id === 'string' && id.length > 0 && id.length <= longestAudienceId
  if (isUsable && storableText(id) === id) return id
  throw new DestinationError('unavailable', 'the connector gave no usable audience id')
}

const newest = (changes: readonly FeedChange[]): Date =>
  changes.reduce((date, { changedAt }) => (changedAt > date ? changedAt : date), new Date(0))

const isReason = (signal: AbortSignal, error: unknown): boolean => signal.aborted && signal.reason === error

/** Anything but a `DestinationError` is a fault of the connector: tried again, and named without its message. */
const toDestinationError = (error: unknown): DestinationError =>
  error instanceof DestinationError
    ? error
    : new DestinationError('unavailable', `the connector failed: ${errorName(error)}`)
