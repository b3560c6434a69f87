import { DestinationError, type MemberResult } from '@cohort-relay/connector-kit'
import { checkedResults } from './checked-results.ts'
import type { Task } from './plan-batch.ts'

/** One call of the connector. */
export type Send = (tasks: readonly Task[]) => Promise<readonly MemberResult[]>

/**
 * Sends tasks in calls of bounded size and yields one result per task as each call ends. No call names a member twice.
 * A rejected call is halved until the member it is rejected for stands alone. Any other failure of a call is thrown,
 * what was yielded stays.
 */
export async function* sendTasks(tasks: readonly Task[], perCall: number, send: Send): AsyncGenerator<Sent> {
  for (const call of toCalls(tasks, perCall)) yield* sendCall(call, send)
}

export interface Sent {
  readonly task: Task
  readonly result: MemberResult
}

/** Results are keyed by member id, so a member with two identities to remove needs two calls. */
function* toCalls(tasks: readonly Task[], perCall: number): Generator<Task[]> {
  let call = new Map<string, Task>()
  for (const task of tasks) {
    if (call.size >= perCall || call.has(task.member.id)) {
      yield [...call.values()]
      call = new Map()
    }
    call.set(task.member.id, task)
  }
  if (call.size > 0) yield [...call.values()]
}

async function* sendCall(tasks: readonly Task[], send: Send): AsyncGenerator<Sent> {
  const results = await send(tasks).catch(rejection)
  if (!(results instanceof DestinationError)) yield* match(tasks, results)
  else if (tasks.length === 1) yield* tasks.map((task) => refused(task, results))
  else {
    const middle = Math.ceil(tasks.length / 2)
    yield* sendCall(tasks.slice(0, middle), send)
    yield* sendCall(tasks.slice(middle), send)
  }
}

const rejection = (error: unknown): DestinationError => {
  if (error instanceof DestinationError && error.kind === 'rejected') return error
  throw error
}

const refused = (task: Task, { message }: DestinationError): Sent => ({
  task,
  result: { memberId: task.member.id, outcome: 'refused', reason: message },
})

/** A member the connector says nothing of is not done: forgetting must not look like success. */
const match = (tasks: readonly Task[], results: unknown): Sent[] => {
  const byMember = checkedResults(results)
  return tasks.map((task) => {
    const memberId = task.member.id
    const reason = 'the connector gave no result for this member'
    return { task, result: byMember.get(memberId) ?? { memberId, outcome: 'retry', reason } }
  })
}
