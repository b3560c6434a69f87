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
  readonly program?: string
}

/** A process of the service. It comes back on the port that it had. */
export interface Relay {
  readonly url: string
  pid(): number
  /** As the database calls it. */
  holder(): string
  isUp(): boolean
  signal(name: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null>
  /** Resolves when it is ready. Expects that it has ended. */
  start(): Promise<void>
  /** SIGKILL, then a start. */
  killAndStart(): Promise<void>
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
  child.stdin!.on('error', () => {})
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null,
  )
  return { child, ended }
}

export const startRelay = async (options: RelayOptions, cleanup: Cleanup): Promise<Relay> => {
  const { role, environment, program = main } = options
  const messages = new Map<string, number>()
  const lines: string[] = []
  let [port, life, url]: [string, Life | undefined, string] = ['0', undefined, '']

  const read = (line: string): string | undefined => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    const fields = parse(line)
    messages.set(fields.msg, (messages.get(fields.msg) ?? 0) + 1)
    return fields.msg === 'receiver.ready' ? fields.url : undefined
  }
  const start = async (): Promise<void> => {
    const current = begin(program, { HOST: '127.0.0.1', ROLE: role, PORT: port, ...environment })
    life = current
    createInterface(current.child.stderr!).on('line', (line) => void read(line))
    url = await new Promise<string>((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`${role} was not ready in 60 s`)), readyMilliseconds)
      createInterface(current.child.stdout!).on('line', (line) => {
        const ready = read(line)
        if (ready !== undefined) resolve(ready)
      })
      void current.ended.then((how) => reject(new Error(`${role} ended with ${how}: ${lines.slice(-3).join(' ')}`)))
      current.child.once('spawn', () => tooLate.unref())
    })
    port = new URL(url).port
  }
  const isUp = (): boolean => life !== undefined && life.child.exitCode === null && life.child.signalCode === null
  const endNow = (): void => void (isUp() && life?.child.kill('SIGKILL'))
  cleanup.add({
    undo: async () => {
      endNow()
      await life?.ended
    },
    undoNow: endNow,
  })
  await start()
  return {
    url,
    pid: () => life?.child.pid ?? 0,
    holder: () => `${hostname()}:${life?.child.pid}`,
    isUp,
    signal: (name) => void life?.child.kill(name),
    ended: async () => (await life?.ended) ?? null,
    start,
    killAndStart: async () => {
      endNow()
      await life?.ended
      await start()
    },
    logged: (message) => messages.get(message) ?? 0,
    lastLines: () => lines,
  }
}

const parse = (line: string): { readonly msg: string; readonly url?: string } => {
  try {
    return { msg: '', ...(JSON.parse(line) as object) }
  } catch {
    return { msg: '' }
  }
}
