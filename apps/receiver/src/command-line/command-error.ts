import type { Ending } from './exit-codes.ts'

/** Ends a command, told in its message. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly ending: Ending

  constructor(ending: Ending, message: string) {
    super(message)
    this.ending = ending
  }
}
