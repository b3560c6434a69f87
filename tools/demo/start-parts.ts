import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from './cleanup.ts'
import { readUrlWhere, startChild, type Child } from './start-child.ts'
import { makeFolder } from './make-folder.ts'

/** The two processes of the demo and what it takes to talk to them. */
export interface Parts {
  readonly folder: string
  readonly receiver: Child
  readonly adminToken: string
  readonly partner: Child
  readonly partnerSecret: string
}

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const startPartner = (secret: string, cleanup: Cleanup): Promise<Child> =>
  startChild(
    {
      name: 'partner server',
      args: [pathOf('../partner-server/main.ts'), '--with-parent', '--secret', secret],
      readUrl: readUrlWhere(() => true),
    },
    cleanup,
  )

const startReceiver = (folder: string, adminToken: string, cleanup: Cleanup): Promise<Child> =>
  startChild(
    {
      name: 'receiver',
      args: [
        '--import',
        new URL('../partner-server/end-with-parent.ts', import.meta.url).href,
        pathOf('../../apps/receiver/src/main.ts'),
      ],
      env: {
        PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_URL: `sqlite:${join(folder, 'cohort-relay.db')}`,
        ADMIN_TOKEN: adminToken,
        SECRET_KEY: randomBytes(32).toString('base64'),
        LOG_LEVEL: 'info',
      },
      readUrl: readUrlWhere(({ msg }) => msg === 'receiver.ready'),
    },
    cleanup,
  )

/** Starts both in a temporary folder of their own; all of it goes with the cleanup. */
export const startParts = async (cleanup: Cleanup): Promise<Parts> => {
  const folder = makeFolder('cohort-relay-demo-', cleanup)
  const adminToken = randomBytes(24).toString('base64url')
  const partnerSecret = `whsec_${randomBytes(32).toString('base64')}`
  const partner = await startPartner(partnerSecret, cleanup)
  const receiver = await startReceiver(folder, adminToken, cleanup)
  return { folder, receiver, adminToken, partner, partnerSecret }
}
