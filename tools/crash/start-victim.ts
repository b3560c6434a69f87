import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from '../demo/cleanup.ts'
import { readUrlWhere, startChild, type Child, type Program } from '../demo/start-child.ts'

/** `real`: the receiver as it ships. `acknowledge-first`: one that answers before it has stored. */
export type Variant = 'real' | 'acknowledge-first'

/** A receiver that is killed and comes back on the same port and database. */
export interface Victim {
  readonly url: string
  readonly adminToken: string
  /** SIGKILL, then a start at once. Resolves when it is ready; calls while it is down wait for their turn. */
  kill(): Promise<void>
  /** Milliseconds from each SIGKILL to readiness. */
  readonly restarts: readonly number[]
  lastLines(): readonly string[]
}

const programs: Readonly<Record<Variant, string>> = {
  real: fileURLToPath(new URL('../../apps/receiver/src/main.ts', import.meta.url)),
  'acknowledge-first': fileURLToPath(new URL('acknowledge-first.ts', import.meta.url)),
}

const programOf = (variant: Variant, folder: string, adminToken: string): Program => ({
  name: 'receiver',
  args: [
    '--import',
    new URL('../partner-server/end-with-parent.ts', import.meta.url).href,
    programs[variant],
  ],
  env: {
    HOST: '127.0.0.1',
    DATABASE_URL: `sqlite:${join(folder, 'cohort-relay.db')}`,
    ADMIN_TOKEN: adminToken,
    SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'info',
    PAGES_PER_SECOND: '0',
  },
  readUrl: readUrlWhere(({ msg }) => msg === 'receiver.ready'),
})

/** Starts the receiver with a database in `folder`, on a port that the system chooses. */
export const startVictim = async (variant: Variant, folder: string, cleanup: Cleanup): Promise<Victim> => {
  const adminToken = randomBytes(24).toString('base64url')
  const program = programOf(variant, folder, adminToken)
  const startOn = (port: string): Promise<Child> =>
    startChild({ ...program, env: { ...program.env, PORT: port } }, cleanup)
  let child = await startOn('0')
  const { port } = new URL(child.url)
  const restarts: number[] = []
  let turn: Promise<void> = Promise.resolve()

  const killOnce = async (): Promise<void> => {
    const start = performance.now()
    process.kill(child.pid, 'SIGKILL')
    child = await startOn(port)
    restarts.push(performance.now() - start)
  }
  return {
    url: child.url,
    adminToken,
    kill: () => (turn = turn.then(killOnce)),
    restarts,
    lastLines: () => child.lastLines(),
  }
}
