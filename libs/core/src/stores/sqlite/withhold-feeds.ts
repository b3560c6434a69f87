import type { DatabaseSync } from 'node:sqlite'

/**
 * Takes the feeds of an account that is disabled, and of its destinations that are paused, out of the index of what is due,
 * and puts the others back in.
 */
export const withholdFeeds = (database: DatabaseSync): ((accountId: string) => void) => {
  const update = database.prepare(
    `UPDATE feed SET withheld = 1 - withheld WHERE destination_id IN (SELECT id FROM destination WHERE account_id = ?1)
       AND withheld <> (SELECT coalesce(settings ->> 'disabled', 0) = 1 OR paused_since IS NOT NULL
         FROM destination JOIN account ON account.id = account_id WHERE destination.id = feed.destination_id)`,
  )
  return (accountId) => void update.run(accountId)
}
