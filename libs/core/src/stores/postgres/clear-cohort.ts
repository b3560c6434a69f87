import type { Queries } from './database.ts'

const rowsAtOnce = 1000

/** The first rows by their key, so that an index finds them however many were deleted before. $1: the cohort. */
const partSql = (table: string, key: string, where = 'cohort = $1'): string =>
  `DELETE FROM cohort_relay.${table} WHERE ${where} AND (${key}) IN (
     SELECT ${key} FROM cohort_relay.${table} WHERE ${where} ORDER BY ${key} LIMIT $2)`

/** All that is kept of a cohort, so that a row goes before those it is found by. The last one is the cohort itself. */
const parts: readonly string[] = [
  `DELETE FROM cohort_relay.page WHERE id IN (SELECT page.id FROM cohort_relay.session
     JOIN cohort_relay.page ON page.session = session.id WHERE session.cohort = $1 LIMIT $2::bigint / 20)`,
  partSql('session', 'id'),
  `DELETE FROM cohort_relay.sync_member WHERE (sync, member) IN (SELECT m.sync, m.member FROM cohort_relay.sync
     JOIN cohort_relay.sync_member m ON m.sync = sync.id WHERE sync.cohort = $1 LIMIT $2)`,
  partSql('sync', 'id'),
  partSql('held_removal', 'member'),
  partSql('removal_plan', 'session'),
  partSql('change_origin', 'first_sequence'),
  partSql('member_version', 'member, until_sequence'),
  partSql('member_state', 'id'),
  partSql('member', 'id'),
  partSql('cohort', 'id', 'id = $1'),
]

/** A part of it; nobody else writes to it meanwhile. */
export const clearCohort = async (queries: Queries, cohort: number): Promise<void> => {
  for (const sql of parts) if ((await queries.run(sql, [cohort, rowsAtOnce])) > 0) return
}
