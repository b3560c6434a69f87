import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore } from '../../delivery/feed-store.ts'
import { accessOperations } from './access-operations.ts'
import { BatchRows } from './batch-rows.ts'
import { leaseOperations } from './lease-operations.ts'
import { outcomeOperations } from './outcome-operations.ts'
import type { Synchronous } from './synchronous.ts'

/** Feeds: who is owed something, and the next of it. */
export const feedOperations = (database: DatabaseSync): Synchronous<FeedStore> => {
  const batches = new BatchRows(database)
  const nextDue = database.prepare(
    `SELECT min(due) AS due FROM (SELECT min(due_at) AS due FROM feed WHERE due_at > ?1 AND withheld = 0
       UNION ALL SELECT min(rests_until) FROM destination WHERE rests_until > ?1)`,
  )
  const { fenced, ...leases } = leaseOperations(database)

  return {
    ...leases,
    nextFeedDueAt: (now) => {
      const due = nextDue.get(now.getTime())?.['due']
      return typeof due === 'number' ? new Date(due) : null
    },
    readBatch: (turn, now, limit) => batches.read(turn, now, limit),
    ...fenced({ ...outcomeOperations(database), ...accessOperations(database) }),
  }
}
