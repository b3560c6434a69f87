import type { LoggedDelivery } from '../partner-server/delivery-log.ts'

export interface DeliveryCounts {
  readonly deliveries: number
  /** Taken once more under the same id: a crash came between the partner's answer and the record of it. */
  readonly resent: number
  /** One id for different changes: the partner would drop the second as a repetition. */
  readonly reusedIds: number
  /** The same changes under different ids: the partner could not tell the repetition. */
  readonly renamed: number
}

const distinct = (deliveries: readonly LoggedDelivery[], key: (delivery: LoggedDelivery) => string): number =>
  new Set(deliveries.map(key)).size

/** Expects deliveries of a run in which nobody joins or leaves twice, so that equal changes are the same work. */
export const compareDeliveries = (deliveries: readonly LoggedDelivery[]): DeliveryCounts => {
  const pairs = distinct(deliveries, ({ webhookId, digest }) => `${webhookId} ${digest}`)
  return {
    deliveries: deliveries.length,
    resent: deliveries.length - pairs,
    reusedIds: pairs - distinct(deliveries, ({ webhookId }) => webhookId),
    renamed: pairs - distinct(deliveries, ({ digest }) => digest),
  }
}
