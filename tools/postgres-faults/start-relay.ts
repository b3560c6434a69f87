import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from '../demo/cleanup.ts'

export interface RelayOptions {
  readonly role: 'receive' | 'deliver' | 'all'
  readonly environment: Readonly<Record<string, string>>
  /** Default: the service as it ships. */
  readonly program?: string | undefined
}

/** A process of the service. It comes back on the port that it had. */
export interface Relay {
  readonly url: string
  /** As the database calls it. */
  holder(): string
  isUp(): boolean
  signal(name: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null>
  /** Resolves when it is ready. Expects that it has ended. */
  start(): Promise<void>
  /** How often a line of the log had this message, over all its lives. */
  logged(message: string): number
  lastLines(): readonly string[]
}

const main = fileURLToPath(new URL('../../apps/receiver/src/main.ts', import.meta.url))
const endWithParent = new URL('../partner-server/end-with-parent.ts', import.meta.url).href
const readyMilliseconds = 60_000
const keptLines = 30

interface Life {
  readonly child: ChildProcess
  readonly ended: Promise<number | NodeJS.Signals | null>
}

const begin = (program: string, environment: Readonly<Record<string, string>>): Life => {
  const child = spawn(process.execPath, ['--import', endWithParent, program], {
    env: { ...process.env, ...environment },
  })
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  )
  return { child, ended }
}

/** What its lives wrote. Gives the address when a line says that it is ready. */
const createLog = () => {
  const messages = new Map<string, number>()
  const lines: string[] = []
  return {
    read: (line: string): string | undefined => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      const { msg, url } = parse(line)
      messages.set(msg, (messages.get(msg) ?? 0) + 1)
      return msg === 'receiver.ready' ? url : undefined
    },
    logged: (message: string) => messages.get(message) ?? 0,
    lastLines: () => lines,
  }
}

const untilReady = (
  { child, ended }: Life,
  { read, lastLines }: ReturnType<typeof createLog>,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new Error(`A process ${what}: ${lastLines().slice(-3).join(' ')}`))
    setTimeout(() => fail('was not ready in 60 s'), readyMilliseconds).unref()
    createInterface(child.stderr!).on('line', (line) => void read(line))
    createInterface(child.stdout!).on('line', (line) => {
      const url = read(line)
      if (url !== undefined) resolve(url)
    })
    void ended.then((how) => fail(`ended with ${how}`))
  })

export const startRelay = async (options: RelayOptions, cleanup: Cleanup): Promise<Relay> => {
  const { role, environment, program = main } = options
  const log = createLog()
  let [port, url]: [string, string] = ['0', '']
  let life: Life | undefined

  const start = async (): Promise<void> => {
    life = begin(program, { HOST: '127.0.0.1', ROLE: role, PORT: port, ...environment })
    url = await untilReady(life, log)
    port = new URL(url).port
  }
  const isUp = (): boolean =>
    life !== undefined && life.child.exitCode === null && life.child.signalCode === null
  const endNow = (): void => void (isUp() && life?.child.kill('SIGKILL'))
  const end = async (): Promise<void> => {
    endNow()
    await life?.ended
  }
  cleanup.add({ undo: end, undoNow: endNow })
  await start()
  return {
    url,
    holder: () => `${hostname()}:${life?.child.pid}`,
    isUp,
    signal: (name) => void life?.child.kill(name),
    ended: async () => (await life?.ended) ?? null,
    start,
    logged: log.logged,
    lastLines: log.lastLines,
  }
}

const parse = (line: string): { readonly msg: string; readonly url?: string } => {
  try {
    return { msg: '', ...(JSON.parse(line) as object) }
  } catch {
    return { msg: '' }
  }
}
