import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const projects = [
  { name: 'the store', folder: '../../libs/core', files: ['postgres-store'] },
  {
    name: 'the service and its jobs',
    folder: '../../apps/receiver',
    files: ['postgres-signals', 'roles', 'compose', '--project', 'postgres'],
  },
] as const

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const hangMilliseconds = 600_000

/** Runs tests with each transaction on another connection. Resolves with how many there are, and what failed. */
export const runPooledSuite = async (): Promise<{ tests: number; problems: string[] }> => {
  let tests = 0
  const problems: string[] = []
  for (const { name, folder, files } of projects) {
    const { all, passed } = await runPooled(folder, files)
    tests += all
    if (all === 0 || passed < all) problems.push(`${passed} of ${all} tests of ${name} pass behind a pooler`)
  }
  return { tests, problems }
}

const runPooled = async (folder: string, files: readonly string[]) => {
  const options = {
    cwd: fileURLToPath(new URL(folder, import.meta.url)),
    env: { ...process.env, POSTGRES_POOLER: '1', NO_COLOR: '1' },
    maxBuffer: 64 * 1024 * 1024,
    timeout: hangMilliseconds,
  }
  const parameters = [vitest, 'run', ...files, '--reporter=dot']
  const { stdout } = await promisify(execFile)(process.execPath, parameters, options).catch(
    (error: { stdout: string }) => error,
  )
  const counts = /Tests .*?(?<passed>\d+) passed.*\((?<all>\d+)\)/.exec(stdout)?.groups
  return { passed: Number(counts?.['passed'] ?? 0), all: Number(counts?.['all'] ?? 0) }
}
