import { Client, types } from 'pg'
import { describeFailure } from '../postgres/describe-failure.ts'
import { TransferError } from './transfer-error.ts'

const bigintType = 20
/** Any number that is ours alone in the server's list of advisory locks. */
const lockNumber = 4_771_209_351

/**
 * One connection to the target, for one import at a time. What fails on it is said as a `TransferError`, with nothing in
 * it that is stored.
 */
export const withTarget = async <Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> => {
  const client = new Client({
    connectionString: url,
    application_name: 'cohort-relay import',
    connectionTimeoutMillis: 5000,
    types: {
      getTypeParser: (id: number) =>
        id === bigintType ? Number : (types.getTypeParser(id) as (value: string) => unknown),
    },
  })
  client.on('error', () => {}) // The statement under way says it.
  try {
    await client.connect()
    await client.query('SET statement_timeout = 0; SET lock_timeout = 10000; SET TimeZone = UTC')
    await lock(client)
    return await work(client)
  } catch (error) {
    throw isOfDatabase(error) ? problemOf(error) : error
  } finally {
    await client.end().catch(() => {})
  }
}

const lock = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [
    lockNumber,
  ])
  if (rows[0]?.ours !== true)
    throw new TransferError('Another import into this database is running. Wait for it, or end it.')
}

/** What the server says carries an SQLSTATE, what the network says an error number; our own code neither. */
const isOfDatabase = (error: unknown): error is Error => {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return /^(?:[0-9A-Z]{5}|E[A-Z]+)$/.test(String(code)) || /Connection terminated|timeout/.test(error.message)
}

const problemOf = (error: Error): TransferError => new TransferError(`${describeFailure(error).message}.`)
