import fc from 'fast-check'
import type { Fault } from '../mixpanel-simulator/faulty-line.ts'

export interface SyncPlan {
  /** Users who join or leave before the sync. */
  readonly toggled: readonly number[]
  /** One for each call, in order; `delivered` beyond the end. */
  readonly faults: readonly Fault[]
  /** Pages of one half go out in this order, by weight. */
  readonly order: readonly number[]
  /** Minutes since the sync before. */
  readonly minutes: number
}

export interface History {
  /** Whether both halves of a difference carry one session id. Not documented. */
  readonly sharesSession: boolean
  /** Whether a sync that failed begins again under its old session id. Not documented. */
  readonly reusesSession: boolean
  /** The last one goes through without a fault. */
  readonly syncs: readonly SyncPlan[]
}

/** `refusals`: acknowledged pages reach Mixpanel. `lost-replies`: those of some syncs never do. */
export type FaultKind = 'refusals' | 'lost-replies'

export const faultKinds: readonly FaultKind[] = ['refusals', 'lost-replies']

/** Numbers from 0. */
export const users = 14

export const halfHour = 30
const longPause = 4 * 24 * 60

const faults: Record<FaultKind, fc.Arbitrary<Fault>> = {
  refusals: fc.oneof(
    { weight: 77, arbitrary: fc.constant<Fault>('delivered') },
    { weight: 12, arbitrary: fc.constantFrom<Fault>('duplicated', 'request-lost', 'reply-lost') },
    { weight: 8, arbitrary: fc.constant<Fault>('refused') },
    { weight: 2, arbitrary: fc.constant<Fault>('late') },
    { weight: 1, arbitrary: fc.constant<Fault>('forbidden') },
  ),
  'lost-replies': fc.oneof(
    { weight: 78, arbitrary: fc.constant<Fault>('delivered') },
    { weight: 10, arbitrary: fc.constantFrom<Fault>('duplicated', 'request-lost', 'reply-lost') },
    { weight: 6, arbitrary: fc.constant<Fault>('refused') },
    { weight: 6, arbitrary: fc.constant<Fault>('every-reply-lost') },
  ),
}

const syncPlan = (kind: FaultKind): fc.Arbitrary<SyncPlan> =>
  fc.record({
    toggled: fc.uniqueArray(fc.nat(users - 1), { maxLength: 3 }),
    faults: fc.array(faults[kind], { minLength: 8, maxLength: 8 }),
    order: fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
    minutes: fc.oneof(
      { weight: 9, arbitrary: fc.constant(halfHour) },
      { weight: 1, arbitrary: fc.constant(longPause) },
    ),
  })

export const histories = (kind: FaultKind): fc.Arbitrary<History> =>
  fc.record({
    sharesSession: fc.boolean(),
    reusesSession: fc.boolean(),
    syncs: fc.array(syncPlan(kind), { minLength: 2, maxLength: 10 }),
  })
