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
