import { StoreUnavailableError, type StoreFailure } from '../store-unavailable-error.ts'

export interface DescribedFailure extends StoreFailure {
  readonly message: string
}

/** SQLSTATE codes of PostgreSQL, appendix A of its documentation (18). Their texts quote nothing that is stored. */
const meanings = new Map([
  ['22021', 'a character that cannot be stored'],
  ['23503', 'a row that belongs to nothing'],
  ['23505', 'a row that exists already'],
  ['25006', 'the server takes no writes'],
  ['28000', 'the server does not let this user in'],
  ['28P01', 'wrong password'],
  ['3D000', 'there is no such database'],
  ['40001', 'a transaction met another one'],
  ['40P01', 'a deadlock'],
  ['42P01', 'a table is missing; run: cohort-relay migrate'],
  ['42501', 'the user may not do that'],
  ['53100', 'the disk of the server is full'],
  ['53200', 'the server has no memory left'],
  ['53300', 'the server has too many connections'],
  ['55P03', 'a lock was not to be had in time'],
  ['57014', 'a statement took too long'],
  ['57P01', 'the server is being shut down'],
  ['57P02', 'the server crashed'],
  ['57P03', 'the server is starting or stopping'],
])

const retryable = new Set(['40001', '40P01', '55P03'])

/** True when the same transaction may well pass if it is run again. */
export const isRetryable = (error: unknown): boolean => retryable.has(codeOf(error) ?? '')

/** Keeps what tells the cause and leaves out what could quote a stored value. */
export const describeFailure = (error: unknown): DescribedFailure => {
  if (error instanceof StoreUnavailableError)
    return { message: error.message, code: error.code, errcode: null, errstr: error.errstr }
  const code = codeOf(error)
  const errstr = code === null ? null : (meanings.get(code) ?? null)
  const name = error instanceof Error ? error.name : 'unknown'
  const isSilence = error instanceof Error && /timeout/i.test(error.message)
  const cause = errstr ?? (isSilence ? 'no answer in time' : (code ?? name))
  return { message: `PostgreSQL: ${cause}`, code, errcode: null, errstr }
}

const codeOf = (error: unknown): string | null => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : null
}
