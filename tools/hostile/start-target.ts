import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createAdminClient } from '../demo/admin-client.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { readUrlWhere } from '../demo/start-child.ts'
import type { Question, Reading } from './probe.ts'

/**
 * `real`: the receiver as it ships. `plain-express`: what one writes first, with `express.json()`. `leaking`: the receiver,
 * and whatever comes in is kept for ever.
 */
export type Variant = 'real' | 'plain-express' | 'leaking'

/** A program under attack, in a process of its own. */
export interface Target {
  readonly port: number
  /** A key of its only account. */
  readonly key: string
  ask(question: Question): Promise<Reading>
  /** Undefined while it lives, else how it ended. */
  readonly ended: () => string | undefined
}

const receiver = fileURLToPath(new URL('../../apps/receiver/src/main.ts', import.meta.url))
const programs: Readonly<Record<Variant, string>> = {
  real: receiver,
  'plain-express': fileURLToPath(new URL('plain-express.ts', import.meta.url)),
  leaking: receiver,
}
const probe = ['--import', new URL('probe.ts', import.meta.url).href]
const leak = ['--import', new URL('leaks-bodies.ts', import.meta.url).href]
/** The C library otherwise raises these by itself, and then keeps tens of megabytes of freed memory for each thread. */
const allocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
}
const keptLines = 20

/** Starts the program with a database of its own, which goes with the cleanup. */
export const startTarget = async (variant: Variant, cleanup: Cleanup): Promise<Target> => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-hostile-'))
  const adminToken = randomBytes(24).toString('base64url')
  const child = fork(programs[variant], [], {
    execArgv: [...probe, ...(variant === 'leaking' ? leak : [])],
    silent: true,
    env: {
      ...process.env,
      ...allocator,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: `sqlite:${join(folder, 'cohort-relay.db')}`,
      ADMIN_TOKEN: adminToken,
      SECRET_KEY: randomBytes(32).toString('base64'),
      PAGES_PER_SECOND: '0',
    },
  })
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  cleanup.add({
    undo: () => stop(child).then(removeFolder),
    undoNow: () => {
      child.kill('SIGKILL')
      removeFolder()
    },
  })
  const lines: string[] = []
  const url = await untilReady(child, lines)
  const { key } =
    variant === 'plain-express'
      ? { key: 'none' }
      : await createAdminClient(url, adminToken).createAccount('Ann')
  return { port: Number(new URL(url).port), key, ask: asking(child), ended: () => endOf(child, lines) }
}

const untilReady = (child: ChildProcess, lines: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const readUrl = readUrlWhere(({ msg }) => msg === 'receiver.ready')
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream!).on('line', (line) => {
        lines.push(line)
        if (lines.length > keptLines) lines.shift()
        const url = readUrl(line)
        if (url !== undefined) resolve(url)
      })
    child.once('close', () => reject(new Error(`It was never ready.\n${lines.join('\n')}`)))
  })

const asking = (child: ChildProcess) => {
  let turn: Promise<unknown> = Promise.resolve()
  const askOnce = async (question: Question): Promise<Reading> => {
    const gone = new AbortController()
    const ended = once(child, 'exit', { signal: gone.signal }).then(() => {
      throw new Error('The program ended.')
    })
    child.send(question)
    try {
      const [reading] = (await Promise.race([once(child, 'message'), ended])) as [Reading]
      return reading
    } finally {
      gone.abort()
      ended.catch(() => {})
    }
  }
  return (question: Question): Promise<Reading> => {
    const reading = turn.then(() => askOnce(question))
    turn = reading.catch(() => {})
    return reading
  }
}

const endOf = ({ exitCode, signalCode }: ChildProcess, lines: readonly string[]): string | undefined => {
  if (exitCode === null && signalCode === null) return undefined
  return [`ended with ${signalCode ?? `exit code ${exitCode}`}`, ...lines].join('\n  ')
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
