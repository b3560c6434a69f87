import type { DatabaseSync } from 'node:sqlite'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { clockSql, dueFeeds } from './due-feeds.ts'
import { number } from './row.ts'
import type { Synchronous } from './synchronous.ts'

type Leases = Synchronous<Pick<FeedStore, 'claimFeeds' | 'renewLease' | 'endTurn' | 'restDestination'>>
type Recording = (turn: FeedTurn, ...parameters: never[]) => void

/** Whole ones: the column holds no fraction. */
const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

const prepare = (database: DatabaseSync) => ({
  take: database.prepare(
    `UPDATE destination SET lease = lease + 1, leased_by = ?2, leased_until = ${clockSql} + ?3 WHERE id = ?1
     RETURNING lease, version`,
  ),
  renew: database.prepare(
    `UPDATE destination SET leased_until = ${clockSql} + ?3 WHERE id = ?1 AND lease = ?2 AND leased_until > 0`,
  ),
  end: database.prepare(
    'UPDATE destination SET leased_until = 0, leased_by = NULL WHERE id = ? AND lease = ?',
  ),
  isNewest: database.prepare('SELECT 1 FROM destination WHERE id = ? AND lease = ? AND version = ?'),
  rest: database.prepare('UPDATE destination SET rests_until = ? WHERE id = ?'),
})

/** Which worker has which destination. `fenced` lets only the newest holder record anything. */
export const leaseOperations = (database: DatabaseSync) => {
  const { take, renew, end, isNewest, rest } = prepare(database)
  const due = dueFeeds(database)
  const check = ({ destinationId, lease, version }: FeedTurn): void => {
    if (isNewest.get(destinationId, lease, version) === undefined) throw new LeaseLostError()
  }
  const leases: Leases = {
    claimFeeds: (now, { holder, seconds, limit }) =>
      due(now, limit).map(({ feedId, destinationId }) => {
        const taken = take.get(destinationId, holder, milliseconds(seconds))
        const [lease, version] = [number(taken?.['lease']), number(taken?.['version'])]
        return { feedId, destinationId, lease, version }
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
