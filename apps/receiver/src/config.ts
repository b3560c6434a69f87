import { z } from 'zod'

/** What the environment decides, read once at the start. */
export interface Config {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  /** Path of the SQLite file; relative to the working directory unless absolute. */
  readonly databaseFile: string
  /** Null: the admin API is off. */
  readonly adminToken: string | null
  /** 32 bytes. Null: no key is configured. */
  readonly secretKey: Uint8Array | null
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
}

type LogLevel = (typeof logLevels)[number]

/** One problem a line, each with its remedy and without the value. */
export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const megabyte = 1024 * 1024

const wholeNumber = (from: number, to: number, error: string) =>
  z
    .string({ error })
    .regex(/^\d{1,12}$/, error)
    .transform(Number)
    .refine((value) => value >= from && value <= to, error)

const sqliteUrl = /^sqlite:(?:\/\/(?=\/))?(?!\/\/|:memory:)(?<file>.+)$/

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, 'must be a port from 0 to 65535').default(8080),
  HOST: z.string().default('0.0.0.0'),
  DATABASE_URL: z
    .string()
    .refine(
      (url) => url.startsWith('sqlite:'),
      'must start with sqlite: (other databases are not supported yet); for example sqlite:data/cohort-relay.db',
    )
    .refine(
      (url) => !url.startsWith('sqlite:') || sqliteUrl.test(url),
      'must name a file, for example sqlite:data/cohort-relay.db or sqlite:/var/lib/cohort-relay.db',
    )
    .transform((url) => sqliteUrl.exec(url)?.groups?.['file'] ?? '')
    .default('data/cohort-relay.db'),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 characters without spaces; try: openssl rand -hex 32')
    .nullable()
    .default(null),
  SECRET_KEY: z
    .string()
    .transform((text) => readKey(text))
    .refine((key) => key?.length === 32, 'must be 32 bytes as hex or base64; try: openssl rand -base64 32')
    .nullable()
    .default(null),
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
})

/** A variable that is empty or blank counts as not set. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): ConfigReading => {
  const { data, error } = environmentSchema.safeParse(presentValues(environment))
  if (error !== undefined) return { ok: false, problems: problemsOf(error) }
  return {
    ok: true,
    config: {
      port: data.PORT,
      host: data.HOST,
      databaseFile: data.DATABASE_URL,
      adminToken: data.ADMIN_TOKEN,
      secretKey: data.SECRET_KEY,
      logLevel: data.LOG_LEVEL,
      maxBodyBytes: data.MAX_BODY_BYTES,
      sessionSettleSeconds: data.SESSION_SETTLE_SECONDS,
      pagesPerSecond: data.PAGES_PER_SECOND,
      maxUnappliedPages: data.MAX_UNAPPLIED_PAGES,
      massRemovalPercent: data.MASS_REMOVAL_PERCENT,
      massRemovalMembers: data.MASS_REMOVAL_MEMBERS,
      minFreeDiskBytes: data.MIN_FREE_DISK_BYTES,
    },
  }
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

/** Names of the variables that are read. */
export const configVariables: readonly string[] = Object.keys(environmentSchema.shape)
