import type { PageAction } from '../webhook/cohort-page.ts'

/** The pages of one export, as far as the gate needs to know them. */
export interface Session {
  /** In the order in which sessions were opened. */
  readonly id: number
  /** Mixpanel's session id; empty for pages that came without one. */
  readonly externalId: string
  readonly action: PageAction
  readonly state: SessionState
  /** True when pages say nothing of a total: they count at once, and the end shows only by silence. */
  readonly streaming: boolean
  readonly totalPages: number
  /** Distinct pages stored. */
  readonly storedPages: number
}

/**
 * `open`: pages are missing. `whole`: all are here, being applied. `applied`: the ledger has it. `superseded`: a newer
 * export took its place. `expired`: given up unfinished.
 */
export type SessionState = 'open' | 'whole' | 'applied' | 'superseded' | 'expired'
