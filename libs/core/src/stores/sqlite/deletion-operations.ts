import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AccountStore } from '../../authentication/account-store.ts'
import type { DeletedRows } from '../../intake/deleted-rows.ts'
import type { ApplyOptions } from './apply-operations.ts'
import { destinationDeletion } from './destination-changes.ts'
import { clockSql } from './due-feeds.ts'
import { date, number, text, type Row } from './row.ts'
import type { Synchronous } from './synchronous.ts'
import { withholdFeeds } from './withhold-feeds.ts'

const rowsAtOnce = 500

const partSql = (table: string, key: string, where: string): string =>
  `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} ${where} LIMIT ?2)`

const prepareDestination = (database: DatabaseSync) => ({
  // While somebody holds it, the end of its last turn is not recorded yet.
  next: database.prepare(
    `SELECT id, draining_since, deleting_since FROM destination WHERE draining_since IS NOT NULL AND (deleting_since IS NOT NULL
       OR (leased_until <= ${clockSql} AND NOT EXISTS (
         SELECT 1 FROM feed WHERE destination_id = destination.id AND due_at IS NOT NULL)))
     ORDER BY deleting_since IS NULL LIMIT 1`,
  ),
  feed: database.prepare(
    `SELECT id, cohort, EXISTS(SELECT 1 FROM feed other WHERE other.cohort = feed.cohort AND other.id <> feed.id) AS has_others
     FROM feed WHERE destination_id = ? LIMIT 1`,
  ),
  failures: database.prepare(
    `DELETE FROM member_failure WHERE feed = ?1 AND member IN (
       SELECT member FROM member_failure WHERE feed = ?1 LIMIT ?2)`,
  ),
  // Nobody is left who was told them.
  versions: database.prepare(partSql('member_version', 'member, until_sequence', 'WHERE cohort = ?1')),
  dropFeed: database.prepare('DELETE FROM feed WHERE id = ?'),
  drop: database.prepare('DELETE FROM destination WHERE id = ?'),
})

/** All that is kept of a cohort, so that a row goes before those it is found by. The last one is the cohort itself. */
const cohortParts: readonly string[] = [
  `DELETE FROM page WHERE id IN (
     SELECT page.id FROM session JOIN page ON page.session = session.id WHERE session.cohort = ?1 LIMIT ?2 / 10)`,
  partSql('session', 'id', 'WHERE cohort = ?1'),
  `DELETE FROM sync_member WHERE (member, sync) IN (SELECT m.member, m.sync FROM sync
     JOIN sync_member m ON m.sync = sync.id WHERE sync.cohort = ?1 LIMIT ?2)`,
  partSql('sync', 'id', 'WHERE cohort = ?1'),
  partSql('held_removal', 'member', 'WHERE cohort = ?1'),
  partSql('removal_plan', 'session', 'WHERE cohort = ?1'),
  partSql('change_origin', 'cohort, first_sequence', 'WHERE cohort = ?1'),
  partSql('member_version', 'member, until_sequence', 'WHERE cohort = ?1'),
  partSql('member_key', 'cohort, key_hash, id', 'WHERE cohort = ?1'),
  // Members are found by their states.
  'DELETE FROM member WHERE id IN (SELECT id FROM member_state WHERE cohort = ?1 ORDER BY sequence LIMIT ?2)',
  partSql('member_state', 'id', 'WHERE cohort = ?1 ORDER BY sequence'),
  partSql('cohort', 'id', 'WHERE id = ?1'),
]

const accountParts: readonly string[] = [
  partSql('account_key', 'key_id', 'WHERE account_id = ?1'),
  partSql('removal_approval', 'id', 'WHERE account_id = ?1'),
  partSql('account', 'id', 'WHERE id = ?1'),
]

/** Runs the first of these that finds something to delete. False when none does. */
const firstOf = (parts: readonly StatementSync[]) => (key: string | number) =>
  parts.some((part) => part.run(key, rowsAtOnce).changes > 0)

/** Of destinations that were deleted, and have drained. */
const clearDestinations = (database: DatabaseSync): (() => boolean) => {
  const { next, feed, failures, versions, dropFeed, drop } = prepareDestination(database)
  const deleteOne = destinationDeletion(database)

  const clearFeed = (row: Row): void => {
    const id = number(row['id'])
    if (failures.run(id, rowsAtOnce).changes > 0) return
    if (row['has_others'] === 0 && versions.run(number(row['cohort']), rowsAtOnce).changes > 0) return
    dropFeed.run(id)
  }
  return () => {
    const row = next.get()
    if (row === undefined) return false
    const id = text(row['id'])
    const left = feed.get(id)
    if (row['deleting_since'] === null) deleteOne(id, { at: date(row['draining_since']), drain: false })
    else if (left === undefined) drop.run(id)
    else clearFeed(left)
    return true
  }
}

/** Of accounts that were deleted, and have no destination left. */
const clearAccounts = (database: DatabaseSync): (() => boolean) => {
  const next = database.prepare(
    `SELECT id, (SELECT cohort.id FROM cohort WHERE account_id = account.id LIMIT 1) AS cohort FROM account
     WHERE deleting_since IS NOT NULL AND NOT EXISTS (SELECT 1 FROM destination WHERE account_id = account.id) LIMIT 1`,
  )
  const ofCohort = firstOf(cohortParts.map((sql) => database.prepare(sql)))
  const ofAccount = firstOf(accountParts.map((sql) => database.prepare(sql)))
  return () => {
    const row = next.get()
    if (row === undefined) return false
    return typeof row['cohort'] === 'number' ? ofCohort(row['cohort']) : ofAccount(text(row['id']))
  }
}

type Deletions = Synchronous<Pick<AccountStore, 'deleteAccount'> & DeletedRows>

/** Deletes accounts, and in small parts what they and destinations leave behind. */
export const deletionOperations = (
  database: DatabaseSync,
  { stepMilliseconds }: Pick<ApplyOptions, 'stepMilliseconds'>,
): Deletions => {
  const mark = database.prepare(
    'UPDATE account SET deleting_since = coalesce(deleting_since, ?2) WHERE id = ?1',
  )
  // What is disabled is not delivered, and nothing else comes of it any more.
  const enable = database.prepare(
    `UPDATE account SET settings = json_set(settings, '$.disabled', json('false')) WHERE id = ?`,
  )
  const destinations = database.prepare(
    'SELECT id FROM destination WHERE account_id = ? AND deleting_since IS NULL',
  )
  const deleteOne = destinationDeletion(database)
  const withhold = withholdFeeds(database)
  const steps = [clearDestinations(database), clearAccounts(database)]
  const clear = (): boolean => steps.some((step) => step())

  return {
    deleteAccount: (accountId, deletion) => {
      if (mark.run(accountId, deletion.at.getTime()).changes === 0) return false
      enable.run(accountId)
      for (const { id } of destinations.all(accountId)) deleteOne(text(id), deletion)
      withhold(accountId)
      return true
    },
    clearDeleted: () => {
      const deadline = performance.now() + stepMilliseconds
      let cleared = clear()
      const began = cleared
      while (cleared && performance.now() < deadline) cleared = clear()
      return began
    },
  }
}
