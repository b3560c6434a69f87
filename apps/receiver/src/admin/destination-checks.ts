import { DestinationError, type Call, type Connector, type Destination } from '@cohort-relay/connector-kit'
import { callWithin, type StoredDestination } from '@cohort-relay/core'
import type { Problem } from './problem.ts'

export interface AccessQuestion {
  readonly connector: Connector
  /** Configured; nothing of it is kept. */
  readonly destination: Destination
  /** The same when the same check is repeated. */
  readonly checkId: string
  readonly now: Date
  readonly seconds: number
}

/** Asks the partner whether it accepts the settings. Undefined: it does. */
export const checkAccess = async (question: AccessQuestion): Promise<Problem | undefined> => {
  const { destination, seconds } = question
  const stopped = new AbortController().signal
  try {
    await callWithin((signal) => destination.checkAccess(callOf(question, signal)), { seconds, stopped })
    return undefined
  } catch (error) {
    return problemOfAccess(error, question.connector.name)
  }
}

const callOf = ({ checkId, now }: AccessQuestion, signal: AbortSignal): Call => ({
  idempotencyKey: `check_${checkId}`,
  occurredAt: now,
  signal,
})

const refusals = new Set(['unauthorized', 'misconfigured', 'rejected', 'audience-gone'])

const problemOfAccess = (error: unknown, name: string): Problem => {
  if (!(error instanceof DestinationError))
    return { code: 'partner-unavailable', detail: `${name}: the check ended with an error of the connector.` }
  const code = refusals.has(error.kind) ? 'access-refused' : 'partner-unavailable'
  return { code, detail: `${name}: ${error.message}` }
}

/** What was configured is of another version of this program. */
export const missingConnector = ({ connector }: StoredDestination): Problem => ({
  code: 'access-refused',
  detail: `There is no connector ${connector} in this program.`,
})
