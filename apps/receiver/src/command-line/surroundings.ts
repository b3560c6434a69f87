import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** What a command sees of the process. Tests put their own in. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** To standard output. */
  readonly write: (text: string) => void
  /** To standard error. */
  readonly warn: (text: string) => void
  /** True: somebody is there who can be asked. */
  readonly isTerminal: boolean
  readonly ask: (question: string) => Promise<string>
  readonly readInput: () => Promise<string>
  readonly now: () => Date
  readonly wait: (milliseconds: number) => Promise<void>
  /** Aborted when the user wants a command to end that runs until then. */
  readonly interrupted: () => AbortSignal
  readonly end: (exitCode: number) => void
}

/** Of this process. */
export const processSurroundings = (): Surroundings => ({
  environment: process.env,
  write: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  },
  readInput: async () => {
    const pieces: Buffer[] = []
    for await (const piece of process.stdin) pieces.push(piece as Buffer)
    return Buffer.concat(pieces).toString('utf8')
  },
  now: () => new Date(),
  wait: (milliseconds) => pause(milliseconds),
  interrupted: () => {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
    return stop.signal
  },
  end: (exitCode) => void (process.exitCode = exitCode),
})
