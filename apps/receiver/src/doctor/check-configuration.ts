import type { Config, ConfigReading } from '../config.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const check = 'configuration'

/** What the environment decides. */
export const checkConfiguration = (reading: ConfigReading): Finding[] =>
  reading.ok
    ? [
        ok(check, `database ${placeOf(reading.config)}, role ${reading.config.role}`),
        ...tokenFindings(reading.config),
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
