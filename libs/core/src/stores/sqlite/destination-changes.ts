import type { DatabaseSync } from 'node:sqlite'
import { changedDestination, viewText } from '../../delivery/changed-destination.ts'
import type { Deletion } from '../../deletion.ts'
import type { DestinationStore, DestinationUpdate } from '../../delivery/destination-store.ts'
import { toDestination } from './destination-row.ts'
import { number, type Row } from './row.ts'
import type { Synchronous } from './synchronous.ts'
import { withholdFeeds } from './withhold-feeds.ts'

type Changes = Pick<
  DestinationStore,
  'updateDestination' | 'pauseDestination' | 'resumeDestination' | 'deleteDestination'
>

/** Those who left before the cursor were taken back, as far as it was to be done; everybody else is looked at again. */
const restartSql = `cursor = 0, start = max(start, cursor), attempts = 0, last_error = NULL`
const owesSql = '(SELECT sequence FROM cohort WHERE cohort.id = feed.cohort) > 0'

const prepare = (database: DatabaseSync) => ({
  find: database.prepare(
    'SELECT * FROM destination WHERE account_id = ? AND id = ? AND deleting_since IS NULL',
  ),
  update: database.prepare(
    `UPDATE destination SET sealed_settings = ?2, identity = ?3, properties = ?4, version = version + 1,
       rests_until = NULL, view_since = coalesce(?5, view_since) WHERE id = ?1`,
  ),
  seeAnew: database.prepare(
    `UPDATE feed SET ${restartSql}, unauthorized_since = NULL, due_at = iif(${owesSql}, ?2, due_at),
       former_views = CASE WHEN (audience_id IS NULL AND former_views = '[]')
         OR EXISTS (SELECT 1 FROM json_each(former_views) WHERE value = json(?3)) THEN former_views
         ELSE json_insert(former_views, '$[#]', json(?3)) END
     WHERE destination_id = ?1`,
  ),
  move: database.prepare('UPDATE feed SET audience_id = NULL, told = 0 WHERE destination_id = ?'),
  wake: database.prepare(
    `UPDATE feed SET unauthorized_since = NULL, attempts = 0, last_error = NULL, due_at = min(due_at, ?2)
     WHERE destination_id = ?1 AND (due_at IS NOT NULL OR unauthorized_since IS NOT NULL)`,
  ),
  pause: database.prepare('UPDATE destination SET paused_since = coalesce(paused_since, ?2) WHERE id = ?1'),
  resume: database.prepare('UPDATE destination SET paused_since = NULL, rests_until = NULL WHERE id = ?'),
  drain: database.prepare(
    `UPDATE destination SET draining_since = ?2, paused_since = NULL, rests_until = NULL, version = version + 1
     WHERE id = ?1 AND draining_since IS NULL`,
  ),
  takeBack: database.prepare(
    `UPDATE feed SET ${restartSql}, unauthorized_since = NULL, due_at = CASE
       WHEN ${owesSql} AND (audience_id IS NOT NULL OR former_views <> '[]' OR EXISTS (
         SELECT 1 FROM member_failure f WHERE f.feed = feed.id AND f.due_at IS NOT NULL)) THEN ?2 END
     WHERE destination_id = ?1`,
  ),
  drop: database.prepare(
    `UPDATE destination SET draining_since = coalesce(draining_since, ?2), deleting_since = ?2,
       paused_since = coalesce(paused_since, ?2), version = version + 1 WHERE id = ?1 AND deleting_since IS NULL`,
  ),
})

/** Deletes one destination; its rows stay until they are cleared. */
export const destinationDeletion = (database: DatabaseSync) => {
  const { drain, takeBack, drop } = prepare(database)
  return (destinationId: string, deletion: Deletion): void => {
    const at = deletion.at.getTime()
    if (!deletion.drain) drop.run(destinationId, at)
    else if (drain.run(destinationId, at).changes > 0) takeBack.run(destinationId, at)
  }
}

/** What becomes of destinations that are there. */
export const destinationChanges = (database: DatabaseSync): Synchronous<Changes> => {
  const { find, update, seeAnew, move, wake, pause, resume } = prepare(database)
  const deleteOne = destinationDeletion(database)
  const withhold = withholdFeeds(database)

  const record = (row: Row, asked: DestinationUpdate): void => {
    const stored = toDestination(row)
    const { sealedSettings, identity, properties, hasNewView, hasNewPlace } = changedDestination(
      stored,
      asked,
    )
    const at = asked.at.getTime()
    const view = [JSON.stringify(identity), JSON.stringify(properties)] as const
    update.run(stored.id, sealedSettings, ...view, hasNewView ? at : null)
    if (!hasNewView && !hasNewPlace) wake.run(stored.id, at)
    else seeAnew.run(stored.id, at, viewText(stored))
    if (hasNewPlace) move.run(stored.id)
  }

  /** False when the account has no such destination. */
  const steer = (accountId: string, destinationId: string, act: () => unknown): boolean => {
    if (find.get(accountId, destinationId) === undefined) return false
    act()
    withhold(accountId)
    return true
  }

  return {
    updateDestination: (accountId, destinationId, asked) => {
      const row = find.get(accountId, destinationId)
      if (row === undefined) return 'unknown'
      if (number(row['version']) !== (asked.version ?? row['version'])) return 'changed-meanwhile'
      record(row, asked)
      return 'updated'
    },
    pauseDestination: (accountId, destinationId, at) =>
      steer(accountId, destinationId, () => pause.run(destinationId, at.getTime())),
    resumeDestination: (accountId, destinationId, at) =>
      steer(accountId, destinationId, () => {
        resume.run(destinationId)
        wake.run(destinationId, at.getTime())
      }),
    deleteDestination: (accountId, destinationId, deletion) =>
      steer(accountId, destinationId, () => deleteOne(destinationId, deletion)),
  }
}
