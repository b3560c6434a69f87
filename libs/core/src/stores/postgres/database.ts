import type { Logger } from '@cohort-relay/connector-kit'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool, types, type PoolClient } from 'pg'
import { describeFailure, isRetryable } from './describe-failure.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'

export type Row = Record<string, unknown>

/** Statements of one transaction, or each in one of its own. */
export interface Queries {
  all(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** The first row. */
  one(sql: string, parameters?: readonly unknown[]): Promise<Row | undefined>
  /** How many rows were changed. */
  run(sql: string, parameters?: readonly unknown[]): Promise<number>
}

export interface Database extends Queries {
  /**
   * Runs the work in one transaction, again from its start after a deadlock, a serialization failure or a wait for a lock
   * that took too long: it must have no effect but by its statements. Rejects with `StoreUnavailableError` when the
   * database cannot be used; whether a COMMIT took effect whose answer was lost is not known then.
   */
  transaction<Result>(work: (queries: Queries) => Promise<Result>, mode?: TransactionMode): Promise<Result>
  /** Waits for transactions under way. */
  close(): Promise<void>
}

/** `read`: sees the database as it was at one moment. */
type TransactionMode = 'write' | 'read'

export interface DatabaseOptions {
  readonly url: string
  /** Connections of this process at most. */
  readonly poolSize: number
  /** For people who look at the server's list of connections. */
  readonly applicationName: string
  readonly log: Pick<Logger, 'warn'>
}

const connectMilliseconds = 5000
/** The server gives up first, so that what the client sees is its answer and not silence. */
const lockMilliseconds = 5000
const statementMilliseconds = 10_000
const silenceMilliseconds = 12_000
const retries = 3

/**
 * What is joined is a few thousand rows of a list with a table of any size, and the planner knows nothing of the list: it
 * would rather read a whole table of a million members than look a thousand of them up.
 */
const looksUp = 'SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off'
const gives = `SET LOCAL statement_timeout = ${statementMilliseconds}`

/** Set in each transaction and not on the connection: a transaction pooler may give each one another connection. */
const begin = {
  write: `BEGIN; SET LOCAL lock_timeout = ${lockMilliseconds}; ${gives}; ${looksUp}`,
  read: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${gives}; ${looksUp}`,
}

const bigintType = 20

/** A pool of connections. None is made before it is used. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const pool = createPool(options)
  let isClosed = false

  const connect = async (): Promise<PoolClient> => {
    if (isClosed) throw new StoreUnavailableError('The store is closed')
    return pool.connect().catch(fail)
  }
  const once = async <Result>(
    work: (queries: Queries) => Promise<Result>,
    mode: TransactionMode,
  ): Promise<Result> => {
    const client = await connect()
    try {
      await client.query(begin[mode])
      const result = await work(queriesOf(client))
      await client.query('COMMIT')
      client.release()
      return result
    } catch (error) {
      await endFailed(client, error)
      throw error
    }
  }
  return {
    ...queriesOf({
      query: async (sql: string, parameters: unknown[]) => {
        if (isClosed) throw new StoreUnavailableError('The store is closed')
        return pool.query(sql, parameters).catch(fail)
      },
    }),
    transaction: async (work, mode = 'write') => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(work, mode)
        } catch (error) {
          if (!isRetryable(error) || attempt > retries) return fail(error)
          await pause(Math.random() * 20 * 2 ** attempt)
        }
      }
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      await pool.end()
    },
  }
}

const createPool = ({ url, poolSize, applicationName, log }: DatabaseOptions): Pool => {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    application_name: applicationName,
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: silenceMilliseconds,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: {
      getTypeParser: (id: number) =>
        id === bigintType ? Number : (types.getTypeParser(id) as (value: string) => unknown),
    },
  })
  // Without these a connection that breaks while nobody asks anything of it would end the process.
  const lost = (error: Error): void => log.warn({ ...describeFailure(error) }, 'database.connection.lost')
  pool.on('error', lost)
  pool.on('connect', (client) => void client.on('error', lost))
  return pool
}

/** Rolled back where the connection still answers; else it is thrown away, which rolls back as well. */
const endFailed = async (client: PoolClient, error: unknown): Promise<void> => {
  const isUsable = !(error instanceof Error) || isAnswer(error)
  const ended =
    isUsable &&
    (await client.query('ROLLBACK').then(
      () => true,
      () => false,
    ))
  client.release(!ended)
}

/** True for what the server said, and for what our own code threw; false for a connection that failed. */
const isAnswer = (error: Error): boolean => {
  const { code } = error as { code?: string }
  return code === undefined
    ? !/timeout|terminated|closed|ended/i.test(error.message)
    : /^[0-9A-Z]{5}$/.test(code)
}

const fail = (error: unknown): never => {
  if (error instanceof StoreUnavailableError || !isOfDatabase(error)) throw error
  const failure = describeFailure(error)
  throw new StoreUnavailableError(failure.message, failure)
}

/** Errors that our own code throws inside a transaction pass as they are. */
const isOfDatabase = (error: unknown): boolean => !(error instanceof Error) || error.name !== 'LeaseLostError'

interface Asked {
  query(sql: string, parameters: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>
}

const queriesOf = (client: Asked): Queries => {
  const ask = (sql: string, parameters: readonly unknown[]) => client.query(sql, [...parameters])
  return {
    all: async (sql, parameters = []) => (await ask(sql, parameters)).rows as Row[],
    one: async (sql, parameters = []) => (await ask(sql, parameters)).rows[0] as Row | undefined,
    run: async (sql, parameters = []) => (await ask(sql, parameters)).rowCount ?? 0,
  }
}
