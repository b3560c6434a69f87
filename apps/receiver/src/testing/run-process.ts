import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './new-test-database.ts'

const program = join(import.meta.dirname, '../main.ts')

/** The program itself as a process of its own, with nothing in its environment but what is given. */
export const runProcess = (
  environment: Readonly<Record<string, string>> = {},
  folder = temporaryFolder(),
) => {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { HOST: '127.0.0.1', PORT: '0', ...environment },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const waiting: (() => void)[] = []
  const wake = (): void => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      wake()
    })
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  void ended.finally(wake)

  /** The first line of output that holds this text. */
  const untilLine = async (text: string): Promise<string> => {
    for (;;) {
      const found = lines.find((line) => line.includes(text))
      if (found !== undefined) return found
      const hasEnded = child.exitCode !== null || child.signalCode !== null
      if (hasEnded) throw new Error(`ended without ${text}:\n${lines.join('\n')}`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return {
    folder,
    lines,
    untilLine,
    untilEvent: async (event: string) =>
      JSON.parse(await untilLine(`"msg":"${event}"`)) as Readonly<Record<string, string>>,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the exit code, or with the signal that ended the process. */
    ended: ended.then(([code, signal]) => code ?? signal),
  }
}
