import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { compose, connectors, readConfig, type Config, type Ingredients } from '@cohort-relay/receiver'
import { createAdminClient, type Account } from '../demo/admin-client.ts'
import { callJson } from '../demo/call-json.ts'
import { virtualClock, type MovableClock } from '../mixpanel-simulator/clock.ts'
import { httpLine } from '../mixpanel-simulator/http-line.ts'
import { openStore } from './open-store.ts'
import { projectId } from './store-stage.ts'
import { dateOf, type Stage, type StoreName, type Subject } from './stage.ts'
import { watchApplying } from './watch-applying.ts'

interface Running {
  readonly url: string
  readonly adminToken: string
  readonly account: Account
  readonly clock: MovableClock
  /** Resolves once all that arrived is applied. */
  readonly settled: () => Promise<void>
}

interface Listed {
  readonly cohorts: readonly { readonly id: string; readonly needsReconcile: string | null }[]
}

const nothing = (): void => {}

/** The divergence is what is asked about; what the receiver says on its way is not. */
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing } as Partial<
  Ingredients['log']
> as Ingredients['log']

const configOf = (adminToken: string): Config => {
  const reading = readConfig({
    ADMIN_TOKEN: adminToken,
    HOST: '127.0.0.1',
    PORT: '0',
    PAGES_PER_SECOND: '0',
    MIN_FREE_DISK_BYTES: '0',
  })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return reading.config
}

const subjectOf = ({ url, adminToken, account, clock, settled }: Running, cohortId: string): Subject => {
  const admin = createAdminClient(url, adminToken)
  const headers = { authorization: `Bearer ${adminToken}` }
  return {
    cohortId,
    clock,
    line: httpLine({
      url: `${url}/webhooks/mixpanel`,
      credentials: { key: account.key, scheme: 'x-api-key' },
    }),
    members: async () => {
      await settled()
      return (await admin.memberIds(account.id, { projectId, id: cohortId })).toSorted()
    },
    needsReconcile: async () => {
      await settled()
      const { cohorts } = await callJson<Listed>(`${url}/api/accounts/${account.id}/cohorts`, { headers })
      return cohorts.find(({ id }) => id === cohortId)?.needsReconcile ?? null
    },
  }
}

/**
 * Plays histories against the whole receiver over HTTP, with one account and its key. It takes its time from the model,
 * and applies in the background while further pages come in, as it does in earnest. Before a call is tried again, which
 * takes Mixpanel a second at least, it catches up.
 */
export const receiverStage = async (name: StoreName): Promise<Stage> => {
  const virtual = virtualClock()
  const opened = await openStore(name)
  const { store, settled } = watchApplying(opened.store)
  const clock = { ...virtual, wait: (milliseconds: number) => virtual.wait(milliseconds).then(settled) }
  const adminToken = randomBytes(24).toString('base64url')
  const receiver = compose({
    config: configOf(adminToken),
    secretKey: randomBytes(32),
    store,
    connectors,
    log: quiet,
    now: () => dateOf(clock),
    random: Math.random,
  })
  const { server } = receiver
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const account = await createAdminClient(url, adminToken).createAccount('Convergence')
  let cohorts = 0
  return {
    newSubject: async () => subjectOf({ url, adminToken, account, clock, settled }, String((cohorts += 1))),
    close: async () => {
      await receiver.stop()
      await opened.close()
    },
  }
}
