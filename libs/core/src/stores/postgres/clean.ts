import { baseDays, sessionMemoryDays, unfinishedDays } from '../../intake/lifetimes.ts'
import type { Database, Queries } from './database.ts'
import { number } from './row.ts'
import { forgetSomeSyncs } from './take-back-rows.ts'

const dayMilliseconds = 86_400_000
const cleaningMilliseconds = 500
/** Between two looks at all sessions. */
const roundMilliseconds = 600_000
const sessionsAtOnce = 200

const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * dayMilliseconds)

/** Old things are deleted in small parts, now and then, while there is nothing to apply. */
export const createCleaner = (database: Database): ((now: Date) => Promise<void>) => {
  let cleanedAt = 0
  let round = { endedAt: -Infinity, after: 0 }

  return async (now) => {
    if (Math.abs(now.getTime() - cleanedAt) < cleaningMilliseconds) return
    cleanedAt = now.getTime()
    const forgot = await database.transaction((queries) =>
      forgetSomeSyncs(queries, daysBefore(now, baseDays)),
    )
    if (forgot) return
    await database.transaction((queries) => clearPages(queries, now))
    if (round.after === 0 && Math.abs(now.getTime() - round.endedAt) < roundMilliseconds) return
    const last = await database.transaction((queries) => forgetSessions(queries, now, round.after))
    round = last === undefined ? { endedAt: now.getTime(), after: 0 } : { ...round, after: last }
  }
}

/** Gives up what is unfinished for too long, and deletes some pages that nobody needs any more. */
const clearPages = async (queries: Queries, now: Date): Promise<void> => {
  await queries.run(
    `UPDATE cohort_relay.session SET state = 'expired' WHERE id IN (
       SELECT id FROM cohort_relay.session WHERE state = 'open' AND last_page_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`,
    [daysBefore(now, unfinishedDays)],
  )
  const row = await queries.one(
    `SELECT id FROM cohort_relay.session WHERE state IN ('superseded', 'expired') AND stored_pages > 0
     LIMIT 1 FOR UPDATE SKIP LOCKED`,
  )
  if (row === undefined) return
  const deleted = await queries.run(
    `DELETE FROM cohort_relay.page WHERE id IN (
       SELECT id FROM cohort_relay.page WHERE session = $1 LIMIT 50)`,
    [number(row, 'id')],
  )
  if (deleted === 0)
    await queries.run('UPDATE cohort_relay.session SET stored_pages = 0 WHERE id = $1', [number(row, 'id')])
}

/**
 * Forgets those of the next sessions that are too old, but the newest of a cohort. Resolves with the last one looked at;
 * undefined at the end.
 */
const forgetSessions = async (queries: Queries, now: Date, after: number): Promise<number | undefined> => {
  const rows = await queries.all(
    `SELECT id, state NOT IN ('open', 'whole') AND last_page_at < $2 AND EXISTS (
       SELECT FROM cohort_relay.session AS newer WHERE newer.cohort = session.cohort AND newer.id > session.id) AS is_old
     FROM cohort_relay.session WHERE id > $1 ORDER BY id LIMIT $3`,
    [after, daysBefore(now, sessionMemoryDays), sessionsAtOnce],
  )
  const old = rows.filter((row) => row['is_old'] === true).map((row) => number(row, 'id'))
  if (old.length > 0) {
    await queries.run('DELETE FROM cohort_relay.page WHERE session = ANY($1::bigint[])', [old])
    await queries.run('DELETE FROM cohort_relay.session WHERE id = ANY($1::bigint[])', [old])
  }
  return rows.length < sessionsAtOnce ? undefined : number(rows.at(-1), 'id')
}
