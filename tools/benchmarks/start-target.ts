import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAdminClient } from '../demo/admin-client.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { readUrlWhere, startChild } from '../demo/start-child.ts'
import type { MixpanelCohort } from '../mixpanel-simulator/pages.ts'

/** A server under load. */
export interface Target {
  readonly webhookUrl: string
  readonly key: string
  readonly pid: number
  /** Members of the cohort in its ledger, 0 where it keeps none. */
  readonly membersOf: (cohort: MixpanelCohort) => Promise<number>
}

const endWithParent = ['--import', new URL('../partner-server/end-with-parent.ts', import.meta.url).href]

/** Express that parses and discards. */
export const startPlain = async (cleanup: Cleanup): Promise<Target> => {
  const program = {
    name: 'plain server',
    args: [...endWithParent, fileURLToPath(new URL('plain-server.ts', import.meta.url))],
    readUrl: readUrlWhere(() => true),
  }
  const { url, pid } = await startChild(program, cleanup)
  return { webhookUrl: `${url}/webhooks/mixpanel`, key: 'none', pid, membersOf: async () => 0 }
}

const makeFolder = (below: string, cleanup: Cleanup): string => {
  const folder = mkdtempSync(join(below, 'cohort-relay-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  cleanup.add({ undo: async () => remove(), undoNow: remove })
  return folder
}

const startProgram = (folder: string, adminToken: string, cleanup: Cleanup) =>
  startChild(
    {
      name: 'receiver',
      args: [...endWithParent, fileURLToPath(new URL('../../apps/receiver/src/main.ts', import.meta.url))],
      env: {
        PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_URL: `sqlite:${join(folder, 'cohort-relay.db')}`,
        ADMIN_TOKEN: adminToken,
        SECRET_KEY: randomBytes(32).toString('base64'),
        LOG_LEVEL: 'info',
        // The load is one account's, as fast as it can.
        PAGES_PER_SECOND: '0',
        MAX_UNAPPLIED_PAGES: '10000000',
      },
      readUrl: readUrlWhere(({ msg }) => msg === 'receiver.ready'),
    },
    cleanup,
  )

/** The real receiver with a new database below `folder` and one account without destinations. */
export const startReceiver = async (folder: string, cleanup: Cleanup): Promise<Target> => {
  const adminToken = randomBytes(24).toString('base64url')
  const { url, pid } = await startProgram(makeFolder(folder, cleanup), adminToken, cleanup)
  const admin = createAdminClient(url, adminToken)
  const account = await admin.createAccount('Benchmark')
  const membersOf = async (cohort: MixpanelCohort): Promise<number> =>
    (await admin.cohort(account.id, cohort))?.members ?? 0
  return { webhookUrl: `${url}/webhooks/mixpanel`, key: account.key, pid, membersOf }
}
