import type { Config, ConfigReading } from '../config.ts'
import { connectors } from '../connectors.ts'
import { openDeployment } from '../onboarding/open-deployment.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const check = 'configuration'

/** What the environment decides. */
export const checkConfiguration = (
  reading: ConfigReading,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] =>
  reading.ok
    ? [
        ok(check, `database ${placeOf(reading.config)}, role ${reading.config.role}`),
        ...tokenFindings(reading.config),
        ...deploymentFindings(reading.config, environment),
      ]
    : reading.problems.map((problem) => fail(check, problem, 'Set the variable, and restart the server.'))

const placeOf = ({ database }: Config): string => (database.kind === 'sqlite' ? database.file : 'PostgreSQL')

const tokenFindings = ({ adminToken }: Config): Finding[] =>
  adminToken === null
    ? [
        warn(
          check,
          'ADMIN_TOKEN is not set: the admin API is off',
          'Set it to a secret of at least 32 characters, for example that of openssl rand -hex 32, and restart.',
        ),
      ]
    : []

/** How customers are taken in, where DEPLOYMENT_FILE says so. */
const deploymentFindings = (
  { deploymentFile }: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] => {
  if (deploymentFile === null) return []
  const opened = openDeployment(deploymentFile, { environment, connectors })
  if (opened.ok) return [ok(check, `${deploymentFile} can be used`)]
  return opened.problems.map((problem) =>
    fail(check, problem, `Mend ${deploymentFile}, and restart the server.`),
  )
}
