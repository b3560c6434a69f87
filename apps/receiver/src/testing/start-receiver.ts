import { randomBytes } from 'node:crypto'
import {
  createAuthenticator,
  defaultAccountSettings,
  generateApiKey,
  checkCohortPage,
} from '@cohort-relay/core'
import { createApp } from '../app.ts'
import { createCohortWebhook, type CohortWebhookParts, type PageToStore } from '../cohort-webhook.ts'
import { createServer } from '../create-server.ts'
import { logLines } from './log-lines.ts'
import { memoryAccounts } from './memory-accounts.ts'
import { serve } from './serve.ts'

export interface ReceiverSettings {
  /** Replaces parts of the webhook. */
  readonly webhook?: Partial<CohortWebhookParts>
  readonly server?: Parameters<typeof createServer>[1]
}

/** The real server, app and webhook with accounts, pages and log lines in memory, and one account with a key. */
export const startReceiver = async (settings: ReceiverSettings = {}) => {
  const accounts = memoryAccounts()
  const { key, keyId, secretHash } = generateApiKey(randomBytes)
  const createdAt = new Date(0)
  await accounts.createAccount(
    { id: 'ann', name: 'Ann', createdAt, settings: defaultAccountSettings },
    { keyId, accountId: 'ann', hash: secretHash, label: '', createdAt, lastUsedAt: null, revokedAt: null },
  )
  const { log, lines, untilLine } = logLines()
  const stored: PageToStore[] = []
  const cohortWebhook = createCohortWebhook({
    authenticate: createAuthenticator({ ...accounts, now: () => createdAt }),
    readPage: checkCohortPage,
    storePage: async (page) => {
      stored.push(page)
      return { decision: 'stored' }
    },
    maxBodyBytes: 100_000,
    isDraining: () => false,
    log,
    clock: () => 0,
    random: () => 0.5,
    ...settings.webhook,
  })
  const app = createApp({
    cohortWebhook,
    adminApi: (_req, _res, next) => next(),
    documents: (_req, _res, next) => next(),
    notReady: async () => [],
    log,
  })
  const { url, port } = await serve(createServer(app, settings.server))
  return {
    url,
    port,
    webhookUrl: `${url}/webhooks/mixpanel`,
    key,
    keyId,
    log,
    lines,
    untilLine,
    stored,
    accounts,
  }
}
