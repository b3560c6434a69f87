import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore } from '../../delivery/feed-store.ts'
import { BatchRows } from './batch-rows.ts'
import { outcomeOperations } from './outcome-operations.ts'
import { number, text } from './row.ts'
import { accessOperations } from './access-operations.ts'
import type { Synchronous } from './synchronous.ts'

/** Destinations of disabled accounts. Their index holds the condition word for word. */
const pausedSql = `SELECT destination.id FROM account JOIN destination ON destination.account_id = account.id
  WHERE (account.settings ->> 'disabled') = 1`

/** Feeds: who is owed something, and the next of it. */
export const feedOperations = (database: DatabaseSync): Synchronous<FeedStore> => {
  const batches = new BatchRows(database)
  const owed = database.prepare(
    `SELECT id, destination_id, min(due_at) AS due FROM feed WHERE due_at <= ? AND destination_id NOT IN (${pausedSql})
     GROUP BY destination_id ORDER BY due LIMIT ?`,
  )
  const nextDue = database.prepare('SELECT min(due_at) AS due FROM feed WHERE due_at > ?')

  return {
    listOwedFeeds: (now, limit) =>
      owed
        .all(now.getTime(), limit)
        .map((row) => ({ feedId: number(row['id']), destinationId: text(row['destination_id']) })),
    nextFeedDueAt: (now) => {
      const due = nextDue.get(now.getTime())?.['due']
      return typeof due === 'number' ? new Date(due) : null
    },
    readBatch: (feedId, now, limit) => batches.read(feedId, now, limit),
    ...outcomeOperations(database),
    ...accessOperations(database),
  }
}
