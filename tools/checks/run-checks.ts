import type { Check } from './check.ts'
import type { Workspace } from './workspace.ts'

/** Runs every check and hands `print` one line for each, with its problems below. True when all pass. */
export const runChecks = async (
  checks: readonly Check[],
  workspace: Workspace,
  print: (line: string) => void,
): Promise<boolean> => {
  let passed = true
  for (const check of checks) {
    // Checks start compilers: one after the other is kinder to a small machine.
    const problems = await check.run(workspace)
    print(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name}`)
    for (const problem of problems) print(`       ${problem}`)
    passed &&= problems.length === 0
  }
  return passed
}
