import type { Claim, FeedTurn } from '../../delivery/feed-turn.ts'
import type { Queries, Row } from './database.ts'
import { number, text } from './row.ts'

/** Feeds looked at for each destination that is wanted: one destination may have many that are due. */
const feedsPerDestination = 4

/**
 * In the order in which they became due, straight from the index: a look costs the same however many feeds there are.
 * Destinations that somebody holds, or is just taking, are passed over. Feeds that are withheld are not in the index; the
 * account is asked for the few that came to a disabled one since.
 */
const dueSql = `SELECT feed.id, feed.destination_id FROM cohort_relay.feed
  JOIN cohort_relay.destination ON destination.id = feed.destination_id
  JOIN cohort_relay.account ON account.id = destination.account_id
  WHERE feed.due_at <= $1 AND NOT feed.withheld AND (destination.leased_until IS NULL OR destination.leased_until <= clock_timestamp())
    AND destination.paused_since IS NULL AND (destination.rests_until IS NULL OR destination.rests_until <= $1)
    AND (account.settings ->> 'disabled') IS DISTINCT FROM 'true' AND destination.id <> ALL($3::text[])
  ORDER BY feed.due_at, feed.id LIMIT $2 FOR NO KEY UPDATE OF destination SKIP LOCKED`

const takeSql = `UPDATE cohort_relay.destination SET lease = lease + 1, leased_by = $2,
    leased_until = clock_timestamp() + $3 * interval '1 second'
  WHERE id = ANY($1::text[]) RETURNING id, lease, version`

/** Takes destinations that owe something and are held by nobody. */
export const claimFeeds = async (
  queries: Queries,
  now: Date,
  { holder, seconds, limit }: Claim,
): Promise<FeedTurn[]> => {
  const first = await dueOfEach(queries, now, limit)
  if (first.length === 0) return []
  const ids = first.map((row) => text(row, 'destination_id'))
  const taken = await queries.all(takeSql, [ids, holder, seconds])
  const byId = new Map(taken.map((row) => [text(row, 'id'), row]))
  return first.map((row) => {
    const destinationId = text(row, 'destination_id')
    const held = byId.get(destinationId)
    return {
      feedId: number(row, 'id'),
      destinationId,
      lease: number(held, 'lease'),
      version: number(held, 'version'),
    }
  })
}

/** Of each destination the feed that waited longest. One with thousands that are due hides no other. */
const dueOfEach = async (queries: Queries, now: Date, limit: number): Promise<Row[]> => {
  const first = new Map<string, Row>()
  const asked = limit * feedsPerDestination
  let found = asked
  while (first.size < limit && found === asked) {
    const due = await queries.all(dueSql, [now, asked, [...first.keys()]])
    found = due.length
    for (const row of due) {
      const destinationId = text(row, 'destination_id')
      if (!first.has(destinationId)) first.set(destinationId, row)
    }
  }
  return [...first.values()].slice(0, limit)
}
