import { existsSync } from 'node:fs'
import { readConfig, type Config } from '../config.ts'
import { createApiClient, type Api } from './api-client.ts'
import { CommandError } from './command-error.ts'
import { openEmbedded } from './open-embedded.ts'
import type { Surroundings } from './surroundings.ts'

export interface ReachOptions {
  readonly url?: string
  readonly offline?: boolean
}

export interface ReachedApi {
  readonly api: Api
  /** True: no server runs, and this command has the database for itself. */
  readonly isOffline: boolean
  close(): Promise<void>
}

/**
 * The admin API of the server that the address names. Without an address it is the one on this machine; and where none
 * runs there, the embedded database is opened by this process instead.
 */
export const reachApi = async (options: ReachOptions, surroundings: Surroundings): Promise<ReachedApi> => {
  const { environment } = surroundings
  const named = options.url ?? variable(environment, 'COHORT_RELAY_URL')
  if (options.offline === true) {
    if (options.url !== undefined) throw new CommandError('usage', 'Give --url or --offline, not both.')
    return embedded(configOf(environment), surroundings)
  }
  if (named !== undefined) return served(addressOf(named), surroundings)
  const config = configOf(environment)
  const url = `http://127.0.0.1:${config.port}`
  if (config.database.kind === 'postgres' || (await answers(url))) return served(url, surroundings)
  if (!existsSync(config.database.file))
    throw new CommandError('unreachable', nothingThere(url, config.database.file))
  surroundings.warn(`Nothing answers at ${url}. `)
  return embedded(config, surroundings)
}

const nothingThere = (url: string, file: string): string =>
  `Nothing answers at ${url}, and there is no database ${file}. Start the server (cohort-relay serve), name its address with --url, or add --offline to make the database.`

const served = (url: string, { environment, wait }: Surroundings): ReachedApi => {
  const token = variable(environment, 'COHORT_RELAY_TOKEN') ?? variable(environment, 'ADMIN_TOKEN')
  if (token === undefined)
    throw new CommandError(
      'notAllowed',
      'No token: set ADMIN_TOKEN as the server has it, or COHORT_RELAY_TOKEN to a named token.',
    )
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandError(
      'notAllowed',
      'The token holds what no token holds, such as a space: set it again.',
    )
  return { api: createApiClient({ url, token, wait }), isOffline: false, close: async () => {} }
}

const embedded = async (config: Config, { warn, now, wait }: Surroundings): Promise<ReachedApi> => {
  const { database } = config
  if (database.kind !== 'sqlite')
    throw new CommandError(
      'usage',
      '--offline works on the embedded database alone, and DATABASE_URL names a PostgreSQL. Start a server.',
    )
  const server = await openEmbedded(config, now)
  const { url, token } = server
  warn(`Working on ${database.file} itself, offline.\n`)
  return { api: createApiClient({ url, token, wait }), isOffline: true, close: () => server.close() }
}

/** The whole environment is checked: a command must not work on another database than the server. */
const configOf = (environment: Surroundings['environment']): Config => {
  const reading = readConfig(environment)
  if (reading.ok) return reading.config
  throw new CommandError('usage', ['Mend these settings:', ...reading.problems].join('\n  '))
}

const addressOf = (text: string): string => {
  const url = URL.parse(text)
  const isUsable = (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.username && !url.password
  if (!isUsable)
    throw new CommandError('usage', 'The address must be http:// or https:// and hold no password.')
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** Whatever it is: an answer shows that something has the port. */
const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/healthz`, { redirect: 'manual', signal: AbortSignal.timeout(5000) })
    await response.body?.cancel()
    return true
  } catch (error) {
    return (error as { cause?: { code?: unknown } }).cause?.code !== 'ECONNREFUSED'
  }
}

const variable = (environment: Surroundings['environment'], name: string): string | undefined => {
  const value = environment[name]?.trim() ?? ''
  return value === '' ? undefined : value
}
