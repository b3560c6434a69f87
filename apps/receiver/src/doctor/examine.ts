import type { ReachOptions, ReachedApi } from '../command-line/reach-api.ts'
import { reachApi } from '../command-line/reach-api.ts'
import type { Surroundings } from '../command-line/surroundings.ts'
import { readConfig } from '../config.ts'
import { checkConfiguration } from './check-configuration.ts'
import { checkDatabase } from './check-database.ts'
import { checkDestinations } from './check-destinations.ts'
import { checkDisk } from './check-disk.ts'
import { checkSecretKey } from './check-secret-key.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Every check, in an order in which the first that fails is likely to be the cause of the others. */
export const examine = async (
  options: ReachOptions,
  surroundings: Surroundings,
  onFinding: (finding: Finding) => void,
): Promise<Finding[]> => {
  const findings: Finding[] = []
  const tell = (found: readonly Finding[]): void => {
    for (const finding of found) onFinding(finding)
    findings.push(...found)
  }
  const reading = readConfig(surroundings.environment)
  tell(checkConfiguration(reading, surroundings.environment))
  if (!reading.ok) return findings
  const { findings: ofDatabase, inspection } = await checkDatabase(reading.config.database, surroundings.now)
  tell(checkSecretKey(reading.config, inspection))
  tell(ofDatabase)
  tell([await checkDisk(reading.config)])
  tell(await checkServer(options, surroundings))
  return findings
}

/** Through the server, or in this process where none runs and the database is embedded. */
const checkServer = async (options: ReachOptions, surroundings: Surroundings): Promise<Finding[]> => {
  let reached: ReachedApi | undefined
  try {
    reached = await reachApi(options, surroundings)
    const destinations = await checkDestinations(reached.api, progressOf(surroundings))
    return [reached.isOffline ? offline : ok('server', `answers at ${reached.api.url}`), ...destinations]
  } catch (error) {
    const remedy = 'Start it, name its address with --url, and set ADMIN_TOKEN as it has it.'
    return [fail('server', (error as Error).message, remedy)]
  } finally {
    await reached?.close()
  }
}

const offline = warn(
  'server',
  'none runs on this machine: nothing is received and nothing delivered',
  'Start it: cohort-relay serve',
)

const progressOf =
  ({ isTerminal, warn: write }: Surroundings) =>
  (done: number, of: number): void => {
    if (isTerminal) write(`\r  asking partners: ${done} of ${of}${done === of ? '\n' : ''}`)
  }
