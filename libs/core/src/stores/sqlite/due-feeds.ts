import type { DatabaseSync } from 'node:sqlite'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { number, text } from './row.ts'

/** Milliseconds since 1970 by SQLite's clock. */
export const clockSql = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

/** Feeds looked at for each destination that is wanted: one destination may have many that are due. */
const feedsPerDestination = 4

/** In the order of the index, which holds no feed that is withheld. CROSS JOIN is SQLite's word for this order of tables. */
const dueSql = `SELECT feed.id, feed.destination_id FROM feed
  CROSS JOIN destination ON destination.id = feed.destination_id
  CROSS JOIN account ON account.id = destination.account_id
  WHERE feed.due_at <= ?1 AND feed.withheld = 0 AND destination.leased_until <= ${clockSql}
    AND destination.paused_since IS NULL AND coalesce(destination.rests_until, 0) <= ?1 AND (account.settings ->> 'disabled') IS NOT 1
    AND destination.id NOT IN (SELECT value FROM json_each(?3))
  ORDER BY feed.due_at, feed.id LIMIT ?2`

type DueFeed = Pick<FeedTurn, 'feedId' | 'destinationId'>

/**
 * Of each destination that nobody holds the feed that waited longest, at most so many. A look costs the same however many
 * feeds are due, and a destination with thousands of them hides no other.
 */
export const dueFeeds = (database: DatabaseSync): ((now: Date, limit: number) => DueFeed[]) => {
  const statement = database.prepare(dueSql)

  return (now, limit) => {
    const first = new Map<string, DueFeed>()
    const asked = limit * feedsPerDestination
    let found = asked
    while (first.size < limit && found === asked) {
      const due = statement.all(now.getTime(), asked, JSON.stringify([...first.keys()]))
      found = due.length
      for (const row of due) {
        const destinationId = text(row['destination_id'])
        if (!first.has(destinationId)) first.set(destinationId, { feedId: number(row['id']), destinationId })
      }
    }
    return [...first.values()].slice(0, limit)
  }
}
