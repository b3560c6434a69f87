import { startApplier, startDelivery, type Store } from '@cohort-relay/core'
import type { Logger } from '@cohort-relay/connector-kit'
import { silent, type RecordingPartner } from './recording-partner.ts'

export interface WorkOptions {
  readonly holder?: string
  readonly leaseSeconds?: number
  /** Between two looks when nobody wakes it. Default 1. */
  readonly idleSeconds?: number
  readonly concurrency?: number
  /** False: a change is in the ledger, and whoever should be woken hears nothing of it. Default: true. */
  readonly wakes?: boolean
  readonly log?: Logger
  /** False: delivers what others apply. Default: true. */
  readonly applies?: boolean
}

export interface Work {
  wake(): void
  stop(): Promise<void>
}

const now = (): Date => new Date()

/** Applies and delivers in this process, as a worker does. */
export const startWork = (store: Store, partner: RecordingPartner, options: WorkOptions = {}): Work => {
  const { idleSeconds = 1, wakes = true, log = silent, applies = true, ...rest } = options
  const delivery = startDelivery({
    store,
    connect: partner.connect,
    now,
    random: Math.random,
    log,
    holder: 'worker',
    concurrency: 8,
    callSeconds: 20,
    idleSeconds,
    ...rest,
  })
  const onChange = (): void => void (wakes && delivery.wake())
  const applier = applies ? startApplier({ store, now, log, onChange, idleSeconds: 0.05 }) : undefined
  return {
    wake: () => void delivery.wake(),
    stop: async () => void (await Promise.all([applier?.stop(), delivery.stop(5)])),
  }
}
