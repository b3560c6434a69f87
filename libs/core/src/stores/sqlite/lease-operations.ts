import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { number, text } from './row.ts'
import type { Synchronous } from './synchronous.ts'

type Leases = Synchronous<Pick<FeedStore, 'claimFeeds' | 'renewLease' | 'endTurn' | 'restDestination'>>
type Recording = (turn: FeedTurn, ...parameters: never[]) => void

/** Milliseconds since 1970 by SQLite's clock. */
const clockSql = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

/** Whole ones: the column holds no fraction. */
const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

/** Destinations of disabled accounts. Their index holds the condition word for word. */
const pausedSql = `SELECT destination.id FROM account JOIN destination ON destination.account_id = account.id
  WHERE (account.settings ->> 'disabled') = 1`

const prepare = (database: DatabaseSync) => ({
  owed: database.prepare(
    `SELECT id, destination_id, min(due_at) AS due FROM feed WHERE due_at <= ?1 AND destination_id NOT IN (${pausedSql})
       AND destination_id NOT IN (SELECT id FROM destination WHERE leased_until > 0 AND leased_until > ${clockSql})
       AND destination_id NOT IN (SELECT id FROM destination WHERE rests_until > ?1)
     GROUP BY destination_id ORDER BY due LIMIT ?2`,
  ),
  take: database.prepare(
    `UPDATE destination SET lease = lease + 1, leased_by = ?2, leased_until = ${clockSql} + ?3 WHERE id = ?1
     RETURNING lease`,
  ),
  renew: database.prepare(
    `UPDATE destination SET leased_until = ${clockSql} + ?3 WHERE id = ?1 AND lease = ?2 AND leased_until > 0`,
  ),
  end: database.prepare(
    'UPDATE destination SET leased_until = 0, leased_by = NULL WHERE id = ? AND lease = ?',
  ),
  isNewest: database.prepare('SELECT 1 FROM destination WHERE id = ? AND lease = ?'),
  rest: database.prepare('UPDATE destination SET rests_until = ? WHERE id = ?'),
})

/** Which worker has which destination. `fenced` lets only the newest holder record anything. */
export const leaseOperations = (database: DatabaseSync) => {
  const { owed, take, renew, end, isNewest, rest } = prepare(database)
  const check = ({ destinationId, lease }: FeedTurn): void => {
    if (isNewest.get(destinationId, lease) === undefined) throw new LeaseLostError()
  }
  const leases: Leases = {
    claimFeeds: (now, { holder, seconds, limit }) =>
      owed.all(now.getTime(), limit).map((row) => {
        const destinationId = text(row['destination_id'])
        const lease = number(take.get(destinationId, holder, milliseconds(seconds))?.['lease'])
        return { feedId: number(row['id']), destinationId, lease }
      }),
    renewLease: ({ destinationId, lease }, seconds) =>
      renew.run(destinationId, lease, milliseconds(seconds)).changes > 0,
    endTurn: ({ destinationId, lease }) => void end.run(destinationId, lease),
    restDestination: (turn, until) => {
      check(turn)
      rest.run(until.getTime(), turn.destinationId)
    },
  }
  const fence =
    (record: Recording): Recording =>
    (turn, ...parameters) => {
      check(turn)
      record(turn, ...parameters)
    }
  const fenced = <Recordings extends Record<string, Recording>>(recordings: Recordings): Recordings =>
    Object.fromEntries(
      Object.entries(recordings).map(([name, record]) => [name, fence(record)]),
    ) as Recordings

  return { ...leases, fenced }
}

/** Nobody holds anything when the database is opened: one process alone has it. */
export const voidLeases = (database: DatabaseSync): void => {
  database.exec('UPDATE destination SET leased_until = 0, leased_by = NULL WHERE leased_until > 0')
}
