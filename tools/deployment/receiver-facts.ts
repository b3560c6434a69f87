import { configVariables, readConfig } from '@cohort-relay/receiver'

/** What the files that deploy the receiver have to agree with. */
export interface ReceiverFacts {
  /** Names of the environment variables that it reads. */
  readonly variables: readonly string[]
  /** The port that it listens on unless told otherwise. */
  readonly port: number
  /** Paths that a probe may ask. */
  readonly probePaths: readonly string[]
  /** How long it may take to end after SIGTERM. */
  readonly stopSeconds: number
  /** Variables whose values are never written into a file. */
  readonly secrets: readonly string[]
}

/** Read from the receiver where it says them itself; a test asks it for the paths. */
export const readReceiverFacts = (): ReceiverFacts => {
  const reading = readConfig({})
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return {
    variables: configVariables,
    port: reading.config.port,
    probePaths: ['/healthz', '/readyz'],
    stopSeconds: 25,
    secrets: ['SECRET_KEY', 'ADMIN_TOKEN', 'POSTGRES_PASSWORD'],
  }
}
