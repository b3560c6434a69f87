import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const program = join(import.meta.dirname, '../cohort-relay.ts')

export interface CommandResult {
  /** Or the signal that ended it. */
  readonly exitCode: number | NodeJS.Signals | null
  /** Both outputs, as they came. */
  readonly output: string
}

/** The command line as a process of its own. `killAt`: ended by SIGKILL once its output holds this text. */
export const runCohortRelay = async (
  parameters: readonly string[],
  killAt?: string,
): Promise<CommandResult> => {
  const child = spawn(process.execPath, [program, ...parameters], { env: {} })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece.toString()
      if (killAt !== undefined && output.includes(killAt)) child.kill('SIGKILL')
    })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { exitCode: code ?? signal, output }
}
