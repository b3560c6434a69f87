import type { LedgerCohort } from '../demo/admin-client.ts'

/** Follows the ledger through the admin API, and tells what was acknowledged and is gone after a restart. */
export interface LedgerWatch {
  /** Remembers where the ledger stands before a planned sync. */
  beginWork(): Promise<void>
  /** A try of the sync begins: pages of the tries before are of no account any more. */
  beginSync(): void
  acknowledged(): void
  lastSyncBefore(): string | null
  /** Undefined also while the receiver is down. */
  look(): Promise<LedgerCohort | undefined>
  /** Call it as the receiver is killed; the function that it gives, when it is up again. */
  killing(): () => Promise<void>
  losses(): readonly string[]
  /** Acknowledged pages that were gone after a restart. */
  lostPages(): number
}

type Cohort = LedgerCohort | undefined

const isLater = (cohort: Cohort, moment: string | null): boolean =>
  (cohort?.lastSyncAt ?? '') > (moment ?? '')

/** `read` rejects while the receiver is down. */
export const watchLedger = (read: () => Promise<Cohort>): LedgerWatch => {
  const losses: string[] = []
  let [acknowledgedPages, lostPages] = [0, 0]
  let lastSyncBefore: string | null = null
  let lastSeen: string | null = null

  const see = async (): Promise<Cohort> => {
    const cohort = await read()
    if (isLater(cohort, lastSeen)) lastSeen = cohort?.lastSyncAt ?? null
    return cohort
  }
  const check = async (pages: number, seen: string | null): Promise<void> => {
    const cohort = await see().catch(() => null)
    // Killed again before it could be asked: the next restart tells.
    if (cohort === null) return
    if ((cohort?.lastSyncAt ?? '') < (seen ?? '')) losses.push('the ledger went back to an older sync')
    const isKept = cohort !== undefined && (cohort.openSession || isLater(cohort, lastSyncBefore))
    if (pages === 0 || isKept) return
    lostPages += pages
    losses.push(`${pages} acknowledged pages were gone after a restart`)
  }
  return {
    beginWork: async () => {
      lastSyncBefore = (await see())?.lastSyncAt ?? null
    },
    beginSync: () => {
      acknowledgedPages = 0
    },
    acknowledged: () => {
      acknowledgedPages += 1
    },
    lastSyncBefore: () => lastSyncBefore,
    look: () => see().catch(() => undefined),
    killing: () => {
      const [pages, seen] = [acknowledgedPages, lastSeen]
      return () => check(pages, seen)
    },
    losses: () => losses,
    lostPages: () => lostPages,
  }
}
