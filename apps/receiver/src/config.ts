import { z } from 'zod'

/** What the environment decides, read once at the start. */
export interface Config {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  readonly database: DatabaseConfig
  /** What this process does. */
  readonly role: Role
  /** How long a destination stays with a worker that is not heard of any more. */
  readonly leaseSeconds: number
  /** How long a process that was told to end still answers, so that a load balancer sees that it is not ready. */
  readonly drainSeconds: number
  /** Null: the admin API is off. */
  readonly adminToken: string | null
  /** Calls of the admin API with one token; 0 turns the limit off. */
  readonly adminCallsPerSecond: number
  /** 32 bytes. Null: no key is configured. */
  readonly secretKey: Uint8Array | null
  /** Of before a rotation: what they encrypted can be read, and nothing is encrypted with them any more. */
  readonly previousSecretKeys: readonly Uint8Array[]
  readonly logLevel: LogLevel
  readonly maxBodyBytes: number
  /** How long an export whose pages name no total must be quiet before it counts as complete. */
  readonly sessionSettleSeconds: number
  /** Of one account; 0 turns the limit off. */
  readonly pagesPerSecond: number
  /** Pages of one account that wait to be applied; more are answered 429. */
  readonly maxUnappliedPages: number
  /** Of new accounts; each may set its own. */
  readonly massRemovalPercent: number
  readonly massRemovalMembers: number
  /** Room on the disk below which no page is taken; 0 turns the limit off. */
  readonly minFreeDiskBytes: number
  /** A YAML file that says how this installation takes in customers. Null: there is none. */
  readonly deploymentFile: string | null
  /** How many proxies in front tell in X-Forwarded-For who called them. */
  readonly trustedProxies: number
}

export type DatabaseConfig =
  | {
      readonly kind: 'sqlite'
      /** Relative to the working directory unless absolute. */
      readonly file: string
    }
  | {
      readonly kind: 'postgres'
      readonly url: string
      /** Connections of this process at most. */
      readonly poolSize: number
      /** Starts although the server may lose what it acknowledged. */
      readonly allowUnsafe: boolean
    }

/** `receive` answers Mixpanel and serves the admin API, `deliver` applies syncs and calls partners, `all` does both. */
type Role = (typeof roles)[number]

type LogLevel = (typeof logLevels)[number]

/** One problem a line, each with its remedy and without the value. */
export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const roles = ['all', 'receive', 'deliver'] as const
const megabyte = 1024 * 1024

const wholeNumber = (from: number, to: number, error: string) =>
  z
    .string({ error })
    .regex(/^\d{1,12}$/, error)
    .transform(Number)
    .refine((value) => value >= from && value <= to, error)

const postgresUrl = /^postgres(?:ql)?:\/\/./
const sqliteUrl = /^sqlite:(?:\/\/(?=\/))?(?!\/\/|:memory:)(?<file>.+)$/

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, 'must be a port from 0 to 65535').default(8080),
  HOST: z.string().default('0.0.0.0'),
  DATABASE_URL: z
    .string()
    .refine(
      (url) => sqliteUrl.test(url) || postgresUrl.test(url),
      'must be sqlite:<file>, for example sqlite:data/cohort-relay.db, or postgres://user:password@host/database',
    )
    .default('sqlite:data/cohort-relay.db'),
  DATABASE_POOL_SIZE: wholeNumber(2, 1000, 'must be a number of connections from 2 to 1000').default(10),
  ALLOW_UNSAFE_POSTGRES: z
    .enum(['0', '1'], 'must be 0 or 1')
    .transform((value) => value === '1')
    .default(false),
  ROLE: z.enum(roles, `must be one of ${roles.join(', ')}`).default('all'),
  LEASE_SECONDS: wholeNumber(3, 3600, 'must be a number of seconds from 3 to 3600').default(15),
  DRAIN_SECONDS: wholeNumber(0, 15, 'must be a number of seconds from 0 to 15').nullable().default(null),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, 'must be at least 32 characters without spaces; try: openssl rand -hex 32')
    .nullable()
    .default(null),
  ADMIN_CALLS_PER_SECOND: wholeNumber(
    0,
    100_000,
    'must be a number of calls from 1 to 100000; 0 turns the limit off',
  ).default(100),
  SECRET_KEY: z
    .string()
    .transform((text) => readKey(text))
    .refine((key) => key?.length === 32, 'must be 32 bytes as hex or base64; try: openssl rand -base64 32')
    .nullable()
    .default(null),
  PREVIOUS_SECRET_KEYS: z
    .string()
    .transform((text) => text.split(',').map((part) => readKey(part.trim())))
    .refine(
      (keys) => keys.every((key) => key?.length === 32),
      'must be keys that SECRET_KEY had before, each 32 bytes as hex or base64, with commas between',
    )
    .transform((keys) => keys.filter((key) => key !== null))
    .default([]),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  MAX_BODY_BYTES: wholeNumber(
    1024,
    512 * megabyte,
    'must be a number of bytes from 1024 to 536870912',
  ).default(16 * megabyte),
  SESSION_SETTLE_SECONDS: wholeNumber(1, 86_400, 'must be a number of seconds from 1 to 86400').default(300),
  PAGES_PER_SECOND: wholeNumber(
    0,
    100_000,
    'must be a number of pages from 1 to 100000; 0 turns the limit off',
  ).default(200),
  MASS_REMOVAL_PERCENT: wholeNumber(1, 100, 'must be a share from 1 to 100; 100 turns the hold off').default(
    50,
  ),
  MASS_REMOVAL_MEMBERS: wholeNumber(
    0,
    100_000_000,
    'must be a number of members from 0 to 100000000',
  ).default(1000),
  MAX_UNAPPLIED_PAGES: wholeNumber(1, 10_000_000, 'must be a number of pages from 1 to 10000000').default(
    20_000,
  ),
  MIN_FREE_DISK_BYTES: wholeNumber(
    0,
    999_999_999_999,
    'must be a number of bytes up to 999999999999; 0 turns the limit off',
  ).default(1024 * megabyte),
  DEPLOYMENT_FILE: z.string().nullable().default(null),
  TRUST_PROXY: wholeNumber(0, 10, 'must be a number of proxies from 0 to 10').default(0),
})

/** A variable that is empty or blank counts as not set. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): ConfigReading => {
  const { data, error } = environmentSchema.safeParse(presentValues(environment))
  if (error !== undefined) return { ok: false, problems: problemsOf(error) }
  const database = databaseOf(data)
  const problems = jointProblems(data, database)
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    config: {
      port: data.PORT,
      host: data.HOST,
      database,
      role: data.ROLE,
      leaseSeconds: data.LEASE_SECONDS,
      drainSeconds: data.DRAIN_SECONDS ?? usualDrain(data, database),
      adminToken: data.ADMIN_TOKEN,
      adminCallsPerSecond: data.ADMIN_CALLS_PER_SECOND,
      secretKey: data.SECRET_KEY,
      previousSecretKeys: data.PREVIOUS_SECRET_KEYS,
      logLevel: data.LOG_LEVEL,
      maxBodyBytes: data.MAX_BODY_BYTES,
      sessionSettleSeconds: data.SESSION_SETTLE_SECONDS,
      pagesPerSecond: data.PAGES_PER_SECOND,
      maxUnappliedPages: data.MAX_UNAPPLIED_PAGES,
      massRemovalPercent: data.MASS_REMOVAL_PERCENT,
      massRemovalMembers: data.MASS_REMOVAL_MEMBERS,
      minFreeDiskBytes: data.MIN_FREE_DISK_BYTES,
      deploymentFile: data.DEPLOYMENT_FILE,
      trustedProxies: data.TRUST_PROXY,
    },
  }
}

type Environment = z.output<typeof environmentSchema>

const databaseOf = (data: Environment): DatabaseConfig => {
  const file = sqliteFileOf(data.DATABASE_URL)
  if (file !== undefined) return { kind: 'sqlite', file }
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, ALLOW_UNSAFE_POSTGRES: allowUnsafe } = data
  return { kind: 'postgres', url, poolSize, allowUnsafe }
}

/** Of one process alone there is no other to send to, and to one that delivers nobody sends. */
const usualDrain = ({ ROLE: role }: Environment, { kind }: DatabaseConfig): number =>
  kind === 'postgres' && role !== 'deliver' ? 5 : 0

/** What two variables say together. */
const jointProblems = ({ ROLE: role, SECRET_KEY: key }: Environment, { kind }: DatabaseConfig): string[] => {
  const problems: string[] = []
  if (kind === 'sqlite' && role !== 'all')
    problems.push(
      `ROLE must be all on SQLite, which one process alone uses; set DATABASE_URL to a PostgreSQL`,
    )
  if (kind === 'postgres' && key === null)
    problems.push(
      'SECRET_KEY must be set on PostgreSQL, the same for every process; try: openssl rand -base64 32',
    )
  return problems
}

const presentValues = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(environmentSchema.shape).flatMap((name) => {
      const value = environment[name]?.trim() ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )

const problemsOf = (error: z.ZodError): string[] =>
  error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)

const readKey = (text: string): Uint8Array | null => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : null
}

/** The file that the address names, if it is one of SQLite. */
export const sqliteFileOf = (url: string): string | undefined => sqliteUrl.exec(url)?.groups?.['file']

/** What DATABASE_URL names, if that is a PostgreSQL. */
export const postgresUrlOf = (
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const url = environment['DATABASE_URL']?.trim() ?? ''
  return postgresUrl.test(url) ? url : undefined
}

/** Names of the variables that are read. */
export const configVariables: readonly string[] = Object.keys(environmentSchema.shape)
