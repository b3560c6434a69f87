import { DestinationError, type MemberResult } from '@cohort-relay/connector-kit'
import type { Task } from './plan-batch.ts'

/** One call of the connector. */
export type Send = (tasks: readonly Task[]) => Promise<readonly MemberResult[]>

/**
 * Sends tasks in calls of bounded size and yields one result per task as each call ends. A rejected call is halved
 * until the member it is rejected for stands alone. Any other failure of a call is thrown, what was yielded stays.
 */
export async function* sendTasks(tasks: readonly Task[], perCall: number, send: Send): AsyncGenerator<Sent> {
  for (let start = 0; start < tasks.length; start += perCall)
    yield* sendCall(tasks.slice(start, start + perCall), send)
}

export interface Sent {
  readonly task: Task
  readonly result: MemberResult
}

async function* sendCall(tasks: readonly Task[], send: Send): AsyncGenerator<Sent> {
  const results = await send(tasks).catch((error: unknown) => rejection(error))
  if (!(results instanceof DestinationError)) return yield* match(tasks, results)
  const [first] = tasks
  if (tasks.length === 1) return yield { task: first!, result: refused(first!, results) }
  const middle = Math.ceil(tasks.length / 2)
  yield* sendCall(tasks.slice(0, middle), send)
  yield* sendCall(tasks.slice(middle), send)
}

const rejection = (error: unknown): DestinationError => {
  if (error instanceof DestinationError && error.kind === 'rejected') return error
  throw error
}

const refused = ({ member }: Task, { message }: DestinationError): MemberResult => ({
  memberId: member.id,
  outcome: 'refused',
  reason: message,
})

/** A member the connector says nothing of is not done: forgetting must not look like success. */
function* match(tasks: readonly Task[], results: readonly MemberResult[]): Generator<Sent> {
  const byMember = new Map(results.map((result) => [result.memberId, result]))
  for (const task of tasks) {
    const memberId = task.member.id
    const none: MemberResult = {
      memberId,
      outcome: 'retry',
      reason: 'the connector gave no result for this member',
    }
    yield { task, result: byMember.get(memberId) ?? none }
  }
}
