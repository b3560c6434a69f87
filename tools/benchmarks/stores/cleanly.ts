import { createCleanup, type Cleanup } from '../../demo/cleanup.ts'

/** Whatever the work adds to the cleanup goes when it is over, and also when this process exits before that. */
export const cleanly = async <Result>(work: (cleanup: Cleanup) => Promise<Result>): Promise<Result> => {
  const cleanup = createCleanup()
  const endNow = (): void => cleanup.runNow()
  process.once('exit', endNow)
  try {
    return await work(cleanup)
  } finally {
    await cleanup.run()
    process.off('exit', endNow)
  }
}
