import { inspectPostgres, inspectSqlite, type DatabaseInspection } from '@cohort-relay/core'
import type { DatabaseConfig } from '../config.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const check = 'database'

/** From here on a clock is told of. */
const noticeableSkew = 2000
/** Partners refuse signatures that are older than five minutes: a clock that drifts gets there. */
const harmfulSkew = 60_000

export interface CheckedDatabase {
  readonly findings: readonly Finding[]
  /** Undefined: there is none yet, or it cannot be read. */
  readonly inspection: DatabaseInspection | undefined
}

/** Whether the database can be used and keeps what it is given. Changes nothing in it. */
export const checkDatabase = async (database: DatabaseConfig, now: () => Date): Promise<CheckedDatabase> => {
  const inspection =
    database.kind === 'sqlite'
      ? await inspectSqlite(database.file)
      : await inspectPostgres({ url: database.url, now })
  if (inspection === undefined)
    return { findings: [ok(check, 'there is none yet: the server makes it when it starts')], inspection }
  const { problem } = inspection
  if (problem !== null) return { findings: [fail(check, problem, remedyOf(database))], inspection: undefined }
  const findings = [
    ok(check, 'reachable, its schema is current'),
    ...risksOf(inspection, database),
    skewOf(inspection),
  ]
  return { findings, inspection }
}

const remedyOf = ({ kind }: DatabaseConfig): string =>
  kind === 'sqlite'
    ? 'Look at DATABASE_URL, at the rights of the file and at its disk.'
    : 'Look at DATABASE_URL, at the server and at the way to it.'

const risksOf = ({ risks }: DatabaseInspection, database: DatabaseConfig): Finding[] => {
  const isAllowed = database.kind === 'postgres' && database.allowUnsafe
  const remedy = 'Change it on the server; ALLOW_UNSAFE_POSTGRES=1 is for tests.'
  return risks.map((risk) => (isAllowed ? warn : fail)(check, risk, remedy))
}

const skewOf = ({ skewMilliseconds }: DatabaseInspection): Finding => {
  if (skewMilliseconds === null) return ok('clock', 'the database uses the one of this machine')
  const seconds = (Math.abs(skewMilliseconds) / 1000).toFixed(1)
  const told = `the one of the database is ${seconds} s ${skewMilliseconds < 0 ? 'behind' : 'ahead'}`
  if (Math.abs(skewMilliseconds) < noticeableSkew) return ok('clock', told)
  const judge = Math.abs(skewMilliseconds) < harmfulSkew ? warn : fail
  return judge('clock', told, 'Let NTP set both machines, for example with chrony.')
}
