/** Another worker has taken the destination since, or it was updated or deleted: what this one wanted to record was not recorded. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'

  constructor() {
    super('The destination is held by another worker, or was changed')
  }
}
