/** Runs a command; what stops it is told in a sentence and ends the process with exit code 1. */
export const runCommand = async (title: string, work: () => Promise<0 | 1>): Promise<void> => {
  try {
    process.exitCode = await work()
  } catch (error) {
    console.error(`\n${title}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
