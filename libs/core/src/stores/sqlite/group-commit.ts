import type { DatabaseSync } from 'node:sqlite'
import { describeFailure, type DescribedFailure } from './describe-failure.ts'
import type { Operations } from './operations.ts'

export interface Request {
  readonly id: number
  readonly name: keyof Operations
  readonly parameters: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: DescribedFailure }

interface Group {
  readonly answers: Answer[]
  readonly left: Request[]
}

/** Time after which a group is closed: the oldest page in it waits no longer for the newest. */
const groupMilliseconds = 20

/** Steps of applying and of clearing are long and nobody waits for their answer: one runs alone, when nothing else is asked for. */
const isBackground = ({ name }: Request): boolean => name === 'applyNext' || name === 'clearDeleted'

/**
 * Runs the requests in one transaction, so that one fsync makes all of them durable, and answers after COMMIT only.
 * One that fails is undone by itself. `left` did not fit in this group.
 */
export const groupCommit = (
  database: DatabaseSync,
  operations: Operations,
  milliseconds = groupMilliseconds,
) => {
  const [begin, commit, rollback, savepoint, release, undo] = [
    'BEGIN IMMEDIATE',
    'COMMIT',
    'ROLLBACK',
    'SAVEPOINT one',
    'RELEASE one',
    'ROLLBACK TO one',
  ].map((sql) => database.prepare(sql))

  const runOne = async ({ id, name, parameters }: Request): Promise<Answer> => {
    savepoint!.run()
    try {
      const operation = operations[name] as (...parameters: readonly unknown[]) => unknown
      const result = await operation(...parameters)
      release!.run()
      return { id, result }
    } catch (error) {
      if (!database.isTransaction) throw error
      undo!.run()
      release!.run()
      return { id, error: describeFailure(error) }
    }
  }

  const runAll = async (requests: readonly Request[]): Promise<Group> => {
    const deadline = performance.now() + milliseconds
    const urgent = requests.filter((request) => !isBackground(request))
    const [background, ...laterSteps] = requests.filter(isBackground)
    const left = urgent.length > 0 || background === undefined ? [...urgent] : [background]
    const answers: Answer[] = []
    begin!.run()
    do answers.push(await runOne(left.shift()!))
    while (left.length > 0 && performance.now() < deadline)
    commit!.run()
    const postponed = urgent.length > 0 && background !== undefined ? [background] : []
    return { answers, left: [...left, ...postponed, ...laterSteps] }
  }

  return async (requests: readonly Request[]): Promise<Group> => {
    try {
      return await runAll(requests)
    } catch (error) {
      if (database.isTransaction) rollback!.run()
      // Nothing of the group is on disk: whoever asked has to hear so, the ones that had run as well.
      return { answers: requests.map(({ id }) => ({ id, error: describeFailure(error) })), left: [] }
    }
  }
}
