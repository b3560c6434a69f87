import { DestinationError, type Connector, type Destination } from '@cohort-relay/connector-kit'
import type { StoredDestination } from '@cohort-relay/core'
import { askAccess, type AccessQuestion } from '../ask-access.ts'
import type { Problem } from './problem.ts'

/** Asks the partner whether it accepts the settings. Undefined: it does. */
export const checkAccess = async (
  { name }: Connector,
  destination: Destination,
  question: AccessQuestion,
): Promise<Problem | undefined> => {
  try {
    await askAccess(destination, question)
    return undefined
  } catch (error) {
    return problemOfAccess(error, name)
  }
}

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
