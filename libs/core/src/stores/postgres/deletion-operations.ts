import type { AccountStore } from '../../authentication/account-store.ts'
import type { DeletedRows } from '../../intake/deleted-rows.ts'
import type { ApplyOptions } from './apply-operations.ts'
import { clearCohort } from './clear-cohort.ts'
import { clearDestination } from './clear-destination.ts'
import type { Database, Queries } from './database.ts'
import { deleteDestination } from './delete-destination.ts'
import { number, text } from './row.ts'
import { withholdFeeds } from './withhold-feeds.ts'

/** What is disabled is not delivered, and nothing else comes of it any more. */
const markSql = `UPDATE cohort_relay.account SET deleting_since = coalesce(deleting_since, $2),
    settings = settings || '{"disabled":false}'
  WHERE id = $1`

const nextSql = `SELECT id FROM cohort_relay.account WHERE deleting_since IS NOT NULL
  AND NOT EXISTS (SELECT FROM cohort_relay.destination WHERE account_id = account.id)
  LIMIT 1 FOR UPDATE SKIP LOCKED`

const cohortSql = 'SELECT id FROM cohort_relay.cohort WHERE account_id = $1 LIMIT 1 FOR UPDATE'

type Deletions = Pick<AccountStore, 'deleteAccount'> & DeletedRows

/** Deletes accounts, and in small parts what they and destinations leave behind. */
export const deletionOperations = (
  database: Database,
  { stepMilliseconds }: Pick<ApplyOptions, 'stepMilliseconds'>,
): Deletions => ({
  deleteAccount: (accountId, deletion) =>
    database.transaction(async (queries) => {
      const sql = 'SELECT id FROM cohort_relay.account WHERE id = $1 FOR UPDATE'
      if ((await queries.one(sql, [accountId])) === undefined) return false
      const destinations = await lockDestinations(queries, accountId)
      await queries.run(markSql, [accountId, deletion.at])
      for (const row of destinations) await deleteDestination(queries, text(row, 'id'), deletion)
      await withholdFeeds(queries, accountId)
      return true
    }),
  clearDeleted: async () => {
    const deadline = performance.now() + stepMilliseconds
    let parts = 0
    do {
      if (!(await clearOne(database))) return parts > 0
      parts++
    } while (performance.now() < deadline)
    return true
  },
})

/** Feeds first, in the order in which others lock them. */
const lockDestinations = async (queries: Queries, accountId: string) => {
  await queries.run(
    `SELECT FROM cohort_relay.feed JOIN cohort_relay.destination ON destination.id = feed.destination_id
     WHERE account_id = $1 ORDER BY feed.id FOR NO KEY UPDATE OF feed`,
    [accountId],
  )
  return queries.all(
    `SELECT id FROM cohort_relay.destination WHERE account_id = $1 AND deleting_since IS NULL
     ORDER BY id FOR NO KEY UPDATE`,
    [accountId],
  )
}

/** A part of a destination, else of an account that has none left; each in a transaction of its own. */
const clearOne = async (database: Database): Promise<boolean> =>
  (await database.transaction(clearDestination)) || (await database.transaction(clearAccount))

/** Locked, so that nothing is added to it meanwhile. */
const clearAccount = async (queries: Queries): Promise<boolean> => {
  const account = await queries.one(nextSql)
  if (account === undefined) return false
  const accountId = text(account, 'id')
  const cohort = await queries.one(cohortSql, [accountId])
  if (cohort !== undefined) {
    await clearCohort(queries, number(cohort, 'id'))
    return true
  }
  await queries.run('DELETE FROM cohort_relay.account_key WHERE account_id = $1', [accountId])
  await queries.run('DELETE FROM cohort_relay.removal_approval WHERE account_id = $1', [accountId])
  await queries.run('DELETE FROM cohort_relay.account WHERE id = $1', [accountId])
  return true
}
