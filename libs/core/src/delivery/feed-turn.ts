export interface Claim {
  /** Who takes them, for people who look into the database. */
  readonly holder: string
  /** How long the leases last unless they are renewed, by the database's clock. */
  readonly seconds: number
  readonly limit: number
}

/** A turn of one feed. One worker at a time has its destination. */
export interface FeedTurn {
  readonly feedId: number
  readonly destinationId: string
  /** Fencing token: whoever takes the destination later gets a higher one. */
  readonly lease: number
  /** Of the destination when it was taken. */
  readonly version: number
}
