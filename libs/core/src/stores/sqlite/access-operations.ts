import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { Synchronous } from './synchronous.ts'

/** Since when a feed of the destination is refused for want of credentials. */
export const unauthorizedSinceSql = `(SELECT min(refused.unauthorized_since) FROM feed AS refused
  WHERE refused.destination_id = destination.id AND refused.unauthorized_since IS NOT NULL) AS unauthorized_since`

/** Whether the partner accepts our credentials. */
export const accessOperations = (database: DatabaseSync): Synchronous<Pick<FeedStore, 'recordAccess'>> => {
  const refuse = database.prepare(
    'UPDATE feed SET unauthorized_since = coalesce(unauthorized_since, ?) WHERE id = ?',
  )
  const unask = database.prepare('UPDATE feed SET unauthorized_since = NULL WHERE id = ?')
  const grant = database.prepare(
    `UPDATE feed SET unauthorized_since = NULL WHERE unauthorized_since IS NOT NULL
       AND destination_id = (SELECT destination_id FROM feed WHERE id = ?)`,
  )

  return {
    recordAccess: ({ feedId }, access, at) => {
      if (access === 'refused') refuse.run(at.getTime(), feedId)
      else (access === 'granted' ? grant : unask).run(feedId)
    },
  }
}
