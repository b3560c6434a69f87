import type { AccountSettings } from '../authentication/account-settings.ts'
import type { PageAction } from '../webhook/cohort-page.ts'

/** A session that has something to apply. */
export interface QueuedSession {
  readonly id: number
  readonly cohort: number
  readonly accountId: string
  readonly projectId: string
  readonly cohortId: string
  readonly sessionId: string | null
  readonly action: PageAction
  /** False while pages of it may still come. */
  readonly whole: boolean
  /** The sync by difference it was placed into; null before, and for full sets. */
  readonly sync: number | null
  readonly judged: boolean
  /** Of its account, as they are now. */
  readonly settings: AccountSettings
  readonly now: Date
}
