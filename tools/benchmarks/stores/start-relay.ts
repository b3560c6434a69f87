import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createAdminClient, type AdminClient } from '../../demo/admin-client.ts'
import type { Cleanup } from '../../demo/cleanup.ts'
import { readUrlWhere, startChild, type Child } from '../../demo/start-child.ts'

export type Role = 'all' | 'receive' | 'deliver'

/** What every process of one installation shares. */
export interface Installation {
  readonly databaseUrl: string
  readonly adminToken: string
  /** 32 bytes, base64. */
  readonly secretKey: string
}

export interface Relay extends Child {
  readonly webhookUrl: string
  readonly admin: AdminClient
}

export const newInstallation = (databaseUrl: string): Installation => ({
  databaseUrl,
  adminToken: randomBytes(24).toString('base64url'),
  secretKey: randomBytes(32).toString('base64'),
})

const endWithParent = ['--import', new URL('../../partner-server/end-with-parent.ts', import.meta.url).href]
const program = fileURLToPath(new URL('../../../apps/receiver/src/cohort-relay.ts', import.meta.url))

/** One process of Cohort Relay, as it ships. Ends with the cleanup. */
export const startRelay = async (
  { databaseUrl, adminToken, secretKey }: Installation,
  role: Role,
  cleanup: Cleanup,
): Promise<Relay> => {
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    ROLE: role,
    ADMIN_TOKEN: adminToken,
    SECRET_KEY: secretKey,
    LOG_LEVEL: 'info',
    // The load of the side by side parts is one account's, as fast as it can.
    PAGES_PER_SECOND: '0',
    MAX_UNAPPLIED_PAGES: '10000000',
  }
  const readUrl = readUrlWhere(({ msg }) => msg === 'receiver.ready')
  const child = await startChild(
    { name: `receiver (${role})`, args: [...endWithParent, program, 'serve'], env, readUrl },
    cleanup,
  )
  return {
    ...child,
    webhookUrl: `${child.url}/webhooks/mixpanel`,
    admin: createAdminClient(child.url, adminToken),
  }
}
