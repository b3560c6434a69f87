import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import type { Cleanup } from './cleanup.ts'

export interface Program {
  /** For messages. */
  readonly name: string
  /** Arguments of `node`. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The program's address, when this line of its standard output says that it is ready. */
  readonly readUrl: (line: string) => string | undefined
}

export interface Child {
  readonly url: string
  readonly pid: number
  /** Its last lines of output, oldest first. */
  readonly lastLines: () => readonly string[]
}

const keptLines = 20
const readyTimeout = 30_000
const stopTimeout = 5000

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

const stop = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = new AbortController()
  const late = setTimeout(stopTimeout, undefined, { signal: timer.signal, ref: false })
    .then(() => child.kill('SIGKILL'))
    // Aborted: it ended in time.
    .catch(() => false)
  await ended
  timer.abort()
  await late
}

const stopNow = (child: ChildProcess): void => {
  if (!hasEnded(child)) child.kill('SIGKILL')
}

const howItEnded = (child: ChildProcess): string =>
  child.signalCode ? `ended by ${child.signalCode}` : `ended with exit code ${child.exitCode}`

const keepLine = (lines: string[], line: string): void => {
  lines.push(line)
  if (lines.length > keptLines) lines.shift()
}

const untilReady = (child: ChildProcess, { readUrl }: Program, lines: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(reason))
    const timer = globalThis.setTimeout(() => fail('was not ready in 30 s'), readyTimeout).unref()
    if (child.stderr) createInterface(child.stderr).on('line', (line) => keepLine(lines, line))
    if (child.stdout) {
      createInterface(child.stdout).on('line', (line) => {
        keepLine(lines, line)
        const url = readUrl(line)
        if (url === undefined) return
        clearTimeout(timer)
        resolve(url)
      })
    }
    child.once('error', (error) => fail(`could not be started: ${error.message}`))
    child.once('close', () => fail(`${howItEnded(child)} before it was ready`))
  })

/**
 * Starts `node` with the program and waits until it is ready. The child ends with the cleanup, and its standard
 * input closes when this process dies. Throws with the child's last lines when it does not become ready.
 */
export const startChild = async (program: Program, cleanup: Cleanup): Promise<Child> => {
  const child = spawn(process.execPath, [...program.args], { env: { ...process.env, ...program.env } })
  // A child that is gone is noticed by its exit, not by a broken pipe.
  child.stdin.on('error', () => {})
  cleanup.add({ undo: () => stop(child), undoNow: () => stopNow(child) })
  const lines: string[] = []
  try {
    const url = await untilReady(child, program, lines)
    return { url, pid: child.pid ?? 0, lastLines: () => [...lines] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error([`The ${program.name} ${reason}.`, ...lines.map((line) => `  ${line}`)].join('\n'), {
      cause: error,
    })
  }
}

/** Reads `url` of a JSON line that passes the check; undefined for any other line. */
export const readUrlWhere =
  (check: (line: Readonly<Record<string, unknown>>) => boolean) =>
  (line: string): string | undefined => {
    if (!line.startsWith('{')) return undefined
    try {
      const fields = JSON.parse(line) as Record<string, unknown>
      return check(fields) && typeof fields['url'] === 'string' ? fields['url'] : undefined
    } catch {
      // Half a line of something else says nothing about readiness.
      return undefined
    }
  }
