/** What deleted accounts and destinations leave behind. */
export interface DeletedRows {
  /**
   * Deletes a bounded part of it, once everybody was removed where that was asked for. False
   * when there is nothing to delete now. Safe to call again after a crash at any moment.
   */
  clearDeleted(): Promise<boolean>
}
