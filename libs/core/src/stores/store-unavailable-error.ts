/** What SQLite or the system said. Names and numbers only: their messages could quote what was stored. */
export interface StoreFailure {
  /** Node's code, such as `ERR_SQLITE_ERROR` or `EACCES`; null when there is none. */
  readonly code: string | null
  /** SQLite's extended result code, such as 13; null when it was not SQLite that failed. */
  readonly errcode: number | null
  /** What `errcode` means, such as `database or disk is full`. */
  readonly errstr: string | null
}

const unknown: StoreFailure = { code: null, errcode: null, errstr: null }

/** The database cannot be used now: full, failing or closed. Nothing of the operation took effect. */
export class StoreUnavailableError extends Error implements StoreFailure {
  override readonly name = 'StoreUnavailableError'
  readonly code: string | null
  readonly errcode: number | null
  readonly errstr: string | null

  constructor(message: string, { code, errcode, errstr }: StoreFailure = unknown) {
    super(message)
    this.code = code
    this.errcode = errcode
    this.errstr = errstr
  }
}
