import { createMixpanel, type SyncProgress } from '../mixpanel-simulator/mixpanel.ts'
import type { CallCounts } from '../partner-server/partner-list.ts'
import type { Screen } from '../terminal/progress.ts'
import { createAdminClient, type Account, type AdminClient } from './admin-client.ts'
import { callJson } from './call-json.ts'
import { planSteps } from './plan-steps.ts'
import { playStep, type Observers, type Stage } from './play-step.ts'
import type { StepResult } from './report.ts'
import type { Parts } from './start-parts.ts'

export interface DemoOptions {
  readonly members: number
  readonly seed: number
}

export interface DemoResult {
  readonly steps: readonly StepResult[]
  readonly webhookUrl: string
  readonly key: string
}

export const demoCohort = { projectId: '2200001', id: '5100001', name: 'Demo cohort', description: '' }

const identity = [
  { property: 'email', kind: 'email' },
  { property: '$email', kind: 'email' },
  { property: 'mixpanel_distinct_id', kind: 'id' },
]

const observersOf = (admin: AdminClient, accountId: string, partnerUrl: string): Observers => ({
  ledger: () => admin.cohort(accountId, demoCohort),
  ledgerIds: () => admin.memberIds(accountId, demoCohort),
  partnerIds: () => callJson(`${partnerUrl}/lists/${demoCohort.projectId}/${demoCohort.id}/members`),
  partnerCalls: async () => {
    const { calls, pings, refused } = await callJson<CallCounts>(`${partnerUrl}/calls`)
    return calls + pings + refused
  },
})

const setUpAccount = async (admin: AdminClient, { partner, partnerSecret }: Parts): Promise<Account> => {
  const account = await admin.createAccount('Demo account')
  const settings = { url: `${partner.url}/cohorts`, secret: partnerSecret }
  await admin.createDestination(account.id, { connector: 'webhook', settings, identity })
  return account
}

const createStage = (webhook: { url: string; key: string }, options: DemoOptions & { screen: Screen }) => {
  let listener: ((progress: SyncProgress) => void) | undefined
  const mixpanel = createMixpanel({
    receiver: { url: webhook.url, credentials: { key: webhook.key, scheme: 'x-api-key' } },
    cohort: demoCohort,
    people: { seed: options.seed, form: 'default' },
    onProgress: (progress) => listener?.(progress),
  })
  const listen: Stage['listen'] = (next) => {
    listener = next
  }
  return { mixpanel, listen, seed: options.seed, screen: options.screen }
}

/** Creates an account with the partner as its destination and plays the three steps against the running parts. */
export const runDemo = async (parts: Parts, options: DemoOptions, screen: Screen): Promise<DemoResult> => {
  const admin = createAdminClient(parts.receiver.url, parts.adminToken)
  const account = await setUpAccount(admin, parts)
  const webhookUrl = account.webhookUrl ?? `${parts.receiver.url}/webhooks/mixpanel`
  const stage: Stage = {
    ...createStage({ url: webhookUrl, key: account.key }, { ...options, screen }),
    observers: observersOf(admin, account.id, parts.partner.url),
  }
  const steps: StepResult[] = []
  for (const step of planSteps(options.members)) {
    screen.write(`${steps.length + 1}. ${step.heading}\n`)
    steps.push(await playStep(stage, step))
  }
  return { steps, webhookUrl, key: account.key }
}
