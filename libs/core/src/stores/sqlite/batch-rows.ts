import type { DatabaseSync } from 'node:sqlite'
import type { FeedBatch, FeedChange, FormerMember } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import type { DestinationView } from '../../identity/mapped-properties.ts'
import { date, number, text, type Row } from './row.ts'

const former = `f.former_properties AS failed_former, f.former_members AS former_members,
  (SELECT json_group_array(v.properties ORDER BY v.until_sequence) FROM member_version v
    WHERE v.member = s.id AND s.sequence > :cursor AND v.until_sequence > :told) AS former,
  (s.present = 1 AND coalesce(s.present_since, s.sequence) <= :told
    AND NOT EXISTS (SELECT 1 FROM member_failure failed WHERE failed.feed = :feed AND failed.member = s.id)) AS is_told`

const origin = `(SELECT o.at FROM change_origin o WHERE o.cohort = s.cohort AND o.first_sequence <= s.sequence
  ORDER BY o.first_sequence DESC LIMIT 1)`

const prepare = (database: DatabaseSync) => ({
  feed: database.prepare(
    `SELECT feed.*, c.project_id, c.cohort_id, c.name, c.description, c.sequence
     FROM feed JOIN cohort c ON c.id = feed.cohort JOIN destination d ON d.id = feed.destination_id
     WHERE feed.id = ? AND d.version = ?`,
  ),
  retries: database.prepare(
    `SELECT s.id AS row, m.key AS id, s.sequence AS sequence, s.present AS present, m.properties AS properties, ${origin} AS at,
       ${former}, f.attempts AS attempts
     FROM member_failure f JOIN member_state s ON s.id = f.member JOIN member m ON m.id = s.id
     WHERE f.feed = :feed AND f.due_at <= :now ORDER BY f.due_at LIMIT :limit`,
  ),
  changes: database.prepare(
    `SELECT s.id AS row, m.key AS id, s.sequence AS sequence, s.present AS present, m.properties AS properties, ${origin} AS at,
       ${former}, coalesce(f.attempts, 0) AS attempts
     FROM member_state s JOIN member m ON m.id = s.id
     LEFT JOIN member_failure f ON f.feed = :feed AND f.member = s.id AND f.kind = 'retry'
     WHERE s.cohort = :cohort AND s.sequence > :cursor AND (s.present = 1 OR s.sequence > :start)
     ORDER BY s.sequence LIMIT :limit`,
  ),
})

/** What a feed is owed next. */
export class BatchRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  read(turn: FeedTurn, now: Date, limit: number): FeedBatch | undefined {
    const { feedId, version } = turn
    const { feed, retries, changes } = this.#statements
    const row = feed.get(feedId, version)
    if (row === undefined) return undefined
    const [cursor, told] = [number(row['cursor']), number(row['told'])]
    const again = retries.all({ feed: feedId, now: now.getTime(), cursor, told, limit })
    if (again.length > 0) return { ...turn, ...toBatch(row, again, cursor) }
    const { cohort, start } = row as { cohort: number; start: number }
    const changed = changes.all({ feed: feedId, cohort, cursor, told, start, limit })
    const end = changed.length < limit ? row['sequence'] : changed.at(-1)?.['sequence']
    return { ...turn, ...toBatch(row, changed, number(end)) }
  }
}

const toBatch = (row: Row, changed: Row[], cursor: number): Omit<FeedBatch, keyof FeedTurn> => ({
  cohort: toCohort(row),
  audienceId: row['audience_id'] as string | null,
  begin: number(row['cursor']),
  cursor,
  attempts: number(row['attempts']),
  formerViews: toList(row['former_views']) as DestinationView[],
  changes: changed.map(toChange),
})

const toCohort = (row: Row): FeedBatch['cohort'] => ({
  projectId: text(row['project_id']),
  id: text(row['cohort_id']),
  name: text(row['name']),
  description: text(row['description']),
})

const toChange = (row: Row): FeedChange => ({
  memberRow: number(row['row']),
  id: text(row['id']),
  sequence: number(row['sequence']),
  changedAt: date(row['at'] ?? 0),
  present: row['present'] === 1,
  properties: text(row['properties']),
  formerProperties: [...toList(row['failed_former']), ...toList(row['former'])] as string[],
  formerMembers: toList(row['former_members']) as FormerMember[],
  isTold: row['is_told'] === 1,
  attempts: number(row['attempts']),
})

const toList = (json: unknown): unknown[] => JSON.parse(typeof json === 'string' ? json : '[]') as unknown[]
