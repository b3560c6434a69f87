import { CommandError } from './command-error.ts'
import { exitCodes, type Ending } from './exit-codes.ts'
import type { Surroundings } from './surroundings.ts'

/** Runs a command; what stops it is told in a sentence, and is its exit code. */
export const runToEnd = async (
  { warn, end }: Pick<Surroundings, 'warn' | 'end'>,
  work: () => Promise<Ending>,
): Promise<void> => {
  try {
    end(exitCodes[await work()].code)
  } catch (error) {
    warn(`${error instanceof Error ? error.message : String(error)}\n`)
    end(exitCodes[error instanceof CommandError ? error.ending : 'failed'].code)
  }
}
