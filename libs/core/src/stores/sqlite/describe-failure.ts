import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { StoreUnavailableError, type StoreFailure } from '../store-unavailable-error.ts'

/** An error on its way out of the store's thread. */
export interface DescribedFailure extends StoreFailure {
  readonly message: string
}

/** Keeps what tells the cause and leaves out what could quote a stored value. */
export const describeFailure = (error: unknown): DescribedFailure => {
  const { name, message, code = null, errcode = null, errstr = null } = error as Error & Partial<StoreFailure>
  if (errstr !== null) return { message: `SQLite: ${errstr}`, code, errcode, errstr }
  const isOurs = error instanceof StoreUnavailableError || error instanceof LeaseLostError
  return { message: isOurs ? message : `The store failed: ${code ?? name}`, code, errcode, errstr }
}
