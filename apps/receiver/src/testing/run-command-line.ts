import { onTestFinished } from 'vitest'
import type { Surroundings } from '../command-line/surroundings.ts'
import { runProgram } from '../program.ts'
import { adminToken } from './receiver-client.ts'

export interface CommandLineSettings {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** What somebody at a terminal answers; without it nobody is there. */
  readonly answer?: string | (() => Promise<string>)
  readonly input?: string
  /** Called in place of a pause. */
  readonly onWait?: () => Promise<void> | void
  readonly now?: () => Date
}

export interface CommandLineResult {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The command line within this process, with what it sees of the world as parameters. */
export const commandLine =
  (settings: CommandLineSettings = {}) =>
  async (...words: readonly string[]): Promise<CommandLineResult> => {
    const { environment = {}, answer, input = '', onWait = () => {}, now = () => new Date() } = settings
    let [stdout, stderr] = ['', '']
    let exitCode: number | undefined
    const stop = new AbortController()
    onTestFinished(() => stop.abort())
    const surroundings: Surroundings = {
      environment,
      write: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
      isTerminal: answer !== undefined,
      ask: async (question) => {
        stderr += question
        return typeof answer === 'function' ? answer() : (answer ?? '')
      },
      readInput: async () => input,
      now,
      wait: async () => {
        await onWait()
        stop.abort()
      },
      interrupted: () => stop.signal,
      end: (code) => void (exitCode = code),
    }
    await runProgram(words, surroundings)
    return { exitCode, stdout, stderr }
  }

/** The command line of somebody who has the token of a running server. */
export const commandLineOf = (url: string, settings: CommandLineSettings = {}) =>
  commandLine({
    ...settings,
    environment: { COHORT_RELAY_URL: url, ADMIN_TOKEN: adminToken, ...settings.environment },
  })
