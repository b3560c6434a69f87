import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Store } from '@cohort-relay/core'
import { compose, connectors, readConfig, type Config, type Ingredients } from '@cohort-relay/receiver'
import { createAdminClient, type Account } from '../demo/admin-client.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { post } from '../mixpanel-simulator/http-line.ts'
import { bodyOf, type PageParts } from './page-of.ts'
import { silent } from './recording-partner.ts'

/** The whole receiver in this process, on a store that is given. */
export interface RunningReceiver {
  readonly url: string
  readonly account: Account
  readonly adminToken: string
  /** Posts the page with the account's key. Resolves with the status; 0 when there was no answer within 30 s. */
  send(page: Omit<PageParts, 'accountId'>): Promise<number>
  stop(): Promise<void>
}

export interface ReceiverParts {
  readonly store: Store
  readonly cleanup: Cleanup
  readonly role?: Config['role']
  /** An account of another receiver on the same database. Default: a new one. */
  readonly account?: Account
  readonly secretKey?: Uint8Array
}

const configOf = (adminToken: string, role: Config['role']): Config => {
  const reading = readConfig({
    ADMIN_TOKEN: adminToken,
    HOST: '127.0.0.1',
    PORT: '0',
    PAGES_PER_SECOND: '0',
    MIN_FREE_DISK_BYTES: '0',
  })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return { ...reading.config, role }
}

const log: Ingredients['log'] = { ...silent, child: () => log } as unknown as Ingredients['log']

/** Does not close the store; stops with the cleanup. */
export const runReceiver = async (parts: ReceiverParts): Promise<RunningReceiver> => {
  const { store, cleanup, role = 'all', secretKey = randomBytes(32) } = parts
  const adminToken = randomBytes(24).toString('base64url')
  const receiver = compose({
    config: configOf(adminToken, role),
    secretKey,
    store: { ...store, close: async () => {} },
    connectors,
    log,
    now: () => new Date(),
    random: Math.random,
    graceSeconds: 1,
    freeDiskBytes: async () => Number.MAX_SAFE_INTEGER,
  })
  receiver.server.listen(0, '127.0.0.1')
  await once(receiver.server, 'listening')
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= receiver.stop())
  cleanup.add({ undo: stop, undoNow: () => {} })
  const url = `http://127.0.0.1:${(receiver.server.address() as AddressInfo).port}`
  const account = parts.account ?? (await createAdminClient(url, adminToken).createAccount('Faults'))
  const target = {
    url: `${url}/webhooks/mixpanel`,
    credentials: { key: account.key, scheme: 'x-api-key' },
  } as const
  return {
    url,
    account,
    adminToken,
    stop,
    send: async (page) => {
      const reply = await post(bodyOf(page).toString(), target, { fetch })
      return 'status' in reply ? reply.status : 0
    },
  }
}
