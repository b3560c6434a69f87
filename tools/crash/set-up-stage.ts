import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createAdminClient } from '../demo/admin-client.ts'
import { callJson } from '../demo/call-json.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { readUrlWhere, startChild, type Child } from '../demo/start-child.ts'
import { createMixpanel, type Mixpanel } from '../mixpanel-simulator/mixpanel.ts'
import type { Network } from '../mixpanel-simulator/send-page.ts'
import type { LoggedDelivery } from '../partner-server/delivery-log.ts'
import { createKiller, type Killer } from './create-killer.ts'
import type { RunPlan } from './plan-run.ts'
import { startVictim, type Variant, type Victim } from './start-victim.ts'
import { watchLedger, type LedgerWatch } from './watch-ledger.ts'
import { makeFolder } from '../demo/make-folder.ts'

/** Everything that takes part in one run. */
export interface Stage {
  readonly mixpanel: Mixpanel
  readonly killer: Killer
  readonly watch: LedgerWatch
  readonly victim: Victim
  readonly ledgerIds: () => Promise<readonly string[]>
  readonly partnerIds: () => Promise<readonly string[]>
  readonly deliveries: () => Promise<readonly LoggedDelivery[]>
}

const cohort = { projectId: '2200001', id: '5100001', name: 'Crashing cohort', description: '' }
const identity = [{ property: 'email', kind: 'email' }]

/** Mixpanel's waits of 1 to 16 s become 25 to 400 ms: a receiver that is slow to return sees syncs given up. */
const waitScale = 40

/** A partner that takes its time leaves moments in which it has answered and the receiver has not yet noted it. */
const partnerLatency = '15'

const startPartner = (secret: string, cleanup: Cleanup): Promise<Child> =>
  startChild(
    {
      name: 'partner server',
      args: [
        fileURLToPath(new URL('../partner-server/main.ts', import.meta.url)),
        '--with-parent',
        `--secret=${secret}`,
        `--latency=${partnerLatency}`,
      ],
      readUrl: readUrlWhere(() => true),
    },
    cleanup,
  )

const watchedNetwork = (killer: Killer, watch: LedgerWatch): Network => ({
  fetch: async (url, request) => {
    killer.request()
    const response = await fetch(url, request)
    if (response.status === 200) watch.acknowledged()
    return response
  },
  wait: (milliseconds) => setTimeout(milliseconds / waitScale),
  now: () => performance.now(),
})

/** Starts a receiver and a partner of their own for one run; all of it goes with the cleanup. */
export const setUpStage = async (plan: RunPlan, variant: Variant, cleanup: Cleanup): Promise<Stage> => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const [partner, victim] = await Promise.all([
    startPartner(secret, cleanup),
    startVictim(variant, makeFolder('cohort-relay-crash-', cleanup), cleanup),
  ])
  const admin = createAdminClient(victim.url, victim.adminToken)
  const account = await admin.createAccount('Crash test')
  const settings = { url: `${partner.url}/cohorts`, secret }
  await admin.createDestination(account.id, { connector: 'webhook', settings, identity })
  const watch = watchLedger(() => admin.cohort(account.id, cohort))
  const kill = async (): Promise<void> => {
    const check = watch.killing()
    await victim.kill()
    await check()
  }
  const killer = createKiller({ kills: plan.kills, kill, wait: setTimeout })
  const mixpanel = createMixpanel({
    receiver: {
      url: `${victim.url}/webhooks/mixpanel`,
      credentials: { key: account.key, scheme: 'x-api-key' },
    },
    cohort,
    people: { seed: plan.seed, form: 'default' },
    sharedSession: plan.sharedSession,
    network: watchedNetwork(killer, watch),
  })
  return {
    mixpanel,
    killer,
    watch,
    victim,
    ledgerIds: () => admin.memberIds(account.id, cohort),
    partnerIds: () => callJson(`${partner.url}/lists/${cohort.projectId}/${cohort.id}/members`),
    deliveries: () => callJson(`${partner.url}/deliveries`),
  }
}
