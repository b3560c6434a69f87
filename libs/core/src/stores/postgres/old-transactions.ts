import type { Logger } from '@cohort-relay/connector-kit'
import type { Database } from './database.ts'

export interface OldTransactionOptions {
  /** A transaction that keeps old rows for longer is reported. */
  readonly oldTransactionSeconds: number
  readonly log: Pick<Logger, 'warn'>
}

/** What others' transactions keep is seen by members of `pg_read_all_stats` alone; everybody sees their own. */
const oldestSql = `SELECT coalesce(max(extract(epoch FROM clock_timestamp() - since)), 0)::double precision AS seconds
  FROM (SELECT xact_start AS since FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()
    UNION ALL SELECT prepared FROM pg_prepared_xacts) AS transaction`

/** Looks so many times before a transaction counts as old. */
const looks = 5

/**
 * Says `database.xmin.old` again and again while a transaction keeps what was deleted from being cleaned up: tables grow
 * and everything slows down until somebody ends it. A look that fails says nothing.
 */
export const reportOldTransactions = (
  database: Pick<Database, 'one'>,
  { oldTransactionSeconds, log }: OldTransactionOptions,
): ((now: Date) => Promise<void>) => {
  let lookedAt = -Infinity

  return async (now) => {
    if (Math.abs(now.getTime() - lookedAt) < (oldTransactionSeconds / looks) * 1000) return
    lookedAt = now.getTime()
    const row = await database.one(oldestSql).catch(() => undefined)
    const oldestTransactionSeconds = Math.round(Number(row?.['seconds'] ?? 0))
    if (oldestTransactionSeconds >= oldTransactionSeconds)
      log.warn({ oldestTransactionSeconds }, 'database.xmin.old')
  }
}
