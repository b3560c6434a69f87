import type { LedgerCohort } from './admin-client.ts'

export interface Settling {
  readonly look: () => Promise<LedgerCohort | undefined>
  /** Members that the ledger must hold. */
  readonly members: number
  /** `lastSyncAt` before this sync: the same value means that the sync is not applied yet. */
  readonly lastSyncBefore: string | null
  /** Called after every look with what is owed; undefined while the sync is not applied. */
  readonly onLook: (owed: number | undefined) => void
}

export interface SettleClock {
  readonly wait: (milliseconds: number) => Promise<unknown>
  readonly now: () => number
  /** Milliseconds after which it is given up. */
  readonly limit: number
}

const pollInterval = 50

const owedBy = ({ destinations }: LedgerCohort): number =>
  destinations.reduce((sum, { owed }) => sum + owed, 0)

const isApplied = (cohort: LedgerCohort | undefined, settling: Settling): cohort is LedgerCohort =>
  cohort !== undefined &&
  cohort.members === settling.members &&
  cohort.lastSyncAt !== settling.lastSyncBefore &&
  !cohort.openSession

const describe = (cohort: LedgerCohort | undefined, members: number): string =>
  cohort === undefined
    ? 'the ledger does not know the cohort'
    : `the ledger holds ${cohort.members} of ${members} members, owes ${owedBy(cohort)} changes, ` +
      `last sync ${cohort.lastSyncAt ?? 'never'}, destination ${cohort.destinations[0]?.state ?? 'missing'}`

/**
 * Waits until the ledger has applied the sync, waits for no page and owes nothing, in two looks in a row. Gives the moment of the first
 * of the two. Throws, saying what it last saw, when the limit has passed.
 */
export const waitUntilSettled = async (settling: Settling, clock: SettleClock): Promise<number> => {
  const { look, members, onLook } = settling
  const start = clock.now()
  let settledAt: number | undefined
  for (;;) {
    const cohort = await look()
    const owed = isApplied(cohort, settling) ? owedBy(cohort) : undefined
    onLook(owed)
    if (owed === 0 && settledAt !== undefined) return settledAt
    settledAt = owed === 0 ? clock.now() : undefined
    if (clock.now() - start > clock.limit) {
      throw new Error(`Not settled after ${clock.limit / 1000} s: ${describe(cohort, members)}.`)
    }
    await clock.wait(pollInterval)
  }
}
