/** Something to undo at the end. */
interface Undo {
  /** Orderly, may take a moment. */
  readonly undo: () => Promise<void>
  /** At once and without waiting, for a process that is about to exit. Safe after `undo`. */
  readonly undoNow: () => void
}

export interface Cleanup {
  add(undo: Undo): void
  /** Undoes all, last added first. Safe to call twice: the second call waits for the first. */
  run(): Promise<void>
  runNow(): void
}

export const createCleanup = (): Cleanup => {
  const undos: Undo[] = []
  let running: Promise<void> | undefined
  const runAll = async (): Promise<void> => {
    for (const { undo } of undos.toReversed()) await undo()
  }
  return {
    add: (undo) => void undos.push(undo),
    run: () => (running ??= runAll()),
    runNow: () => {
      for (const { undoNow } of undos.toReversed()) undoNow()
    },
  }
}
