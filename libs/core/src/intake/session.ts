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
  /** True once a page came with other content: the export began again from the top under the same id. */
  readonly restarted: boolean
  /** The sync by difference that it is a half of; null before it is applied, and for full sets. */
  readonly sync: number | null
}

/**
 * `open`: pages are missing. `whole`: all are here, being applied. `applied`: the ledger has it. `superseded`: a newer
 * export took its place. `expired`: given up unfinished. `restarted`: the other half of its export began again, so that a page of
 * it opens a new round.
 */
type SessionState = 'open' | 'whole' | 'applied' | 'superseded' | 'expired' | 'restarted'
