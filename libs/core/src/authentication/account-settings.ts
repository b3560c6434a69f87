import { z } from 'zod'

/** How one customer's cohorts are treated. Every field has a default, so that `{}` is a complete setting. */
export const accountSettings = z.strictObject({
  /**
   * What `members` means. `replace`: the full set, the published rule. `merge`: additions, for senders that know only
   * `members` and `remove_members`; leavers come as `remove_members`.
   */
  membersAction: z.enum(['replace', 'merge']).default('replace'),
  /** One sync that would remove more than this share of a cohort waits for approval; 100 turns that off. */
  massRemovalPercent: z.int().min(1).max(100).default(50),
  /** ... and more than this many members. */
  massRemovalMembers: z.int().min(0).default(1000),
  /**
   * Whether Mixpanel's user sees that a destination refuses our credentials: the next page is answered 403, which pauses
   * the sync. Null: yes when the account has exactly one destination.
   */
  reportDestinationErrors: z.boolean().nullable().default(null),
  /** Which properties of members are kept: those a destination uses, or all. */
  keepProperties: z.enum(['mapped', 'all']).default('mapped'),
  /** A disabled account's pages are refused with 403. */
  disabled: z.boolean().default(false),
})

export type AccountSettings = Readonly<z.output<typeof accountSettings>>

export const defaultAccountSettings: AccountSettings = accountSettings.parse({})
