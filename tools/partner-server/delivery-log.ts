import { hash } from 'node:crypto'
import type { Delivery } from './partner-list.ts'

/** One delivery taken, in the order of arrival. */
export interface LoggedDelivery {
  readonly webhookId: string
  /** Equal for equal changes: made of the kind, the cohort and the members. */
  readonly digest: string
  readonly members: number
}

export interface DeliveryLog {
  record(webhookId: string, delivery: Delivery): void
  entries(): readonly LoggedDelivery[]
}

export const createDeliveryLog = (): DeliveryLog => {
  const entries: LoggedDelivery[] = []
  return {
    record: (webhookId, { type, data }) => {
      const digest = hash('sha256', JSON.stringify([type, data]), 'base64url')
      entries.push({ webhookId, digest, members: data.members.length })
    },
    entries: () => entries,
  }
}
