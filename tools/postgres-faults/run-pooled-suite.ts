import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const core = fileURLToPath(new URL('../../libs/core', import.meta.url))
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

/** Runs the suite of the PostgreSQL store with each transaction on another connection. Resolves with what failed. */
export const runPooledSuite = async (): Promise<{ tests: number; problems: string[] }> => {
  const env = { ...process.env, POSTGRES_POOLER: '1', NO_COLOR: '1' }
  const parameters = [vitest, 'run', 'postgres-store', '--reporter=dot']
  const options = { cwd: core, env, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await promisify(execFile)(process.execPath, parameters, options).catch(
    (error: { stdout: string }) => error,
  )
  const counts = /Tests .*?(?<passed>\d+) passed.*\((?<all>\d+)\)/.exec(stdout)?.groups
  const [passed, all] = [Number(counts?.['passed'] ?? 0), Number(counts?.['all'] ?? 0)]
  const isSound = all > 0 && passed === all
  return {
    tests: all,
    problems: isSound ? [] : [`${passed} of ${all} tests of the store pass behind a pooler`],
  }
}
