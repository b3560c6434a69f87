/** How a destination or an account is deleted. */
export interface Deletion {
  readonly at: Date
  /**
   * True: everybody whom the destination may have been told is removed there first, also while it is paused; not as long as
   * its account is disabled. False: it is not called any more and nobody sees it from now on.
   */
  readonly drain: boolean
}
