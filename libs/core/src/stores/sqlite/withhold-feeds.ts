import type { DatabaseSync } from 'node:sqlite'

/** Takes the feeds of an account that is disabled out of the index of what is due, and puts those of others back in. */
export const withholdFeeds = (database: DatabaseSync): ((accountId: string) => void) => {
  const update = database.prepare(
    `UPDATE feed SET withheld = 1 - withheld WHERE destination_id IN (SELECT id FROM destination WHERE account_id = ?1)
       AND withheld <> coalesce((SELECT settings ->> 'disabled' FROM account WHERE id = ?1), 0)`,
  )
  return (accountId) => void update.run(accountId)
}
