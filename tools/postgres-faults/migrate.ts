import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const migrateProgram = fileURLToPath(
  new URL('../../apps/receiver/src/cohort-relay.ts', import.meta.url),
)

/** Rejects with what it printed when it fails. */
export const migrate = async (environment: Readonly<Record<string, string>>): Promise<void> =>
  void (await promisify(execFile)(process.execPath, [migrateProgram, 'migrate'], {
    env: { ...process.env, ...environment },
  }))
