import type { Connector } from '@cohort-relay/connector-kit'
import { postbox } from './postbox.ts'
import { runReceiver, type RunSettings } from './run-receiver.ts'
import { webhookPage, type PageMember, type PageOptions } from './webhook-page.ts'

export const settings = { url: 'https://example.com', secret: 'canary-secret' }

export interface RunAdminSettings extends RunSettings {
  readonly capabilities?: Partial<Connector['capabilities']>
}

/** A receiver with one account and the connector of tests, on a clock that is moved by hand. */
export const runAdmin = async ({ capabilities, ...more }: RunAdminSettings = {}) => {
  let time = Date.parse('2026-11-26T12:00:00Z')
  const partner = postbox(capabilities)
  const receiver = await runReceiver({
    now: () => new Date(time),
    connectors: [partner.connector],
    ...more,
  })
  const account = await receiver.createAccount()
  const path = `/accounts/${account.id}`
  const makeDestination = async (body: object = {}, of = path): Promise<{ id: string; path: string }> => {
    const made = await receiver.admin('POST', `${of}/destinations?verify=false`, {
      connector: 'postbox',
      settings,
      ...body,
    })
    return { id: made.body.id, path: `${of}/destinations/${made.body.id}` }
  }
  return {
    ...receiver,
    account,
    /** Of the account. */
    path,
    partner,
    makeDestination,
    pass: (seconds: number) => void (time += seconds * 1000),
    now: () => new Date(time),
    /** Sends one whole page and waits until it is in the ledger. */
    sync: async (ids: readonly PageMember[], page: PageOptions = {}, key = account.key): Promise<void> => {
      const since = receiver.lines.length
      await receiver.post(key, webhookPage(ids, page))
      await receiver.until('session.applied', {}, since)
    },
  }
}

export type AdminWorld = Awaited<ReturnType<typeof runAdmin>>
