/** The database cannot be used now: full, failing or closed. Nothing of the operation took effect. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}
