/**
 * How a value is written down between two databases, the same for both: `text` and `number` as they are; `boolean`;
 * `time`: milliseconds since 1970; `json`: text with sorted keys; `texts`: an array; `bytes` and `receipt`: base64, a
 * receipt with 8 bytes for each member.
 */
export type ColumnKind = 'text' | 'number' | 'boolean' | 'time' | 'json' | 'texts' | 'bytes' | 'receipt'

export interface TransferColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** What SQLite is asked for. */
  readonly sqlite: string
}

export interface TransferTable {
  readonly name: string
  readonly columns: readonly TransferColumn[]
  /** Columns that tell the rows apart, in the order in which SQLite reads them. */
  readonly key: string
  /** The sequence of PostgreSQL that makes its ids. */
  readonly sequence: string | undefined
}

/** Names of columns by kind, with blanks between them. */
type Columns = Partial<Record<ColumnKind, string>>

interface TableParts {
  readonly key?: string
  readonly sequence?: string
  /** Where SQLite has no such column: what to ask for instead. */
  readonly sqlite?: Readonly<Record<string, string>>
}

const table = (name: string, columns: Columns, parts: TableParts = {}): TransferTable => ({
  name,
  key: parts.key ?? 'id',
  sequence: parts.sequence,
  columns: Object.entries(columns).flatMap(([kind, names]) =>
    names.split(' ').map((column) => ({
      name: column,
      kind: kind as ColumnKind,
      sqlite: parts.sqlite?.[column] ?? column,
    })),
  ),
})

/** Whose ids PostgreSQL counts in a sequence of the table's own. */
const counted = (name: string, columns: Columns, parts: TableParts = {}): TransferTable =>
  table(name, columns, { sequence: `${name}_id_seq`, ...parts })

/**
 * All that moves, so that a row comes after those it refers to. SQLite's `member_key` does not: it is an index. Who held
 * a lease does not move, but its number does, so that nobody's old one counts again. A column that a new migration adds
 * goes in here too; a test compares this with both schemas.
 */
export const transferTables: readonly TransferTable[] = [
  table('account', {
    text: 'id name',
    time: 'created_at deleting_since',
    json: 'settings last_reply',
    number: 'version',
  }),
  table(
    'account_key',
    {
      text: 'key_id account_id label',
      bytes: 'hash',
      time: 'created_at last_used_at revoked_at confirmed_at',
    },
    { key: 'key_id' },
  ),
  table('installation_secret', { text: 'name sealed' }, { key: 'name' }),
  table('admin_token', { text: 'id name role', bytes: 'hash', time: 'created_at revoked_at' }),
  counted('audit', {
    number: 'id',
    text: 'actor action account_id outcome problem',
    json: 'target changes',
    time: 'at',
  }),
  counted('cohort', {
    number: 'id members held_members sequence',
    text: 'account_id project_id cohort_id name description pairing reconcile_reason',
    time: 'last_sync_at named_since',
    json: 'recent_syncs last_reply',
  }),
  counted('session', {
    number:
      'id cohort total_pages stored_pages steps swept whole_order sync members_before counted_page removals',
    text: 'external_id action state',
    boolean: 'streaming restarted judged',
    time: 'begun_at last_page_at applied_at',
  }),
  counted(
    'page',
    {
      number: 'id session page_number members set_aside repeats',
      text: 'page_key digest',
      time: 'received_at',
      json: 'set_aside_reasons',
      boolean: 'pending resent',
      receipt: 'receipt',
      bytes: 'body',
    },
    {
      sqlite: { page_number: "CASE WHEN page_key NOT LIKE 'content:%' THEN CAST(page_key AS INTEGER) END" },
    },
  ),
  counted('sync', {
    number: 'id cohort add_session remove_session uncertain',
    text: 'external_id state',
    time: 'opened_at',
  }),
  table('sync_member', { number: 'member sync', boolean: 'was_present' }, { key: 'member, sync' }),
  counted('member', { number: 'id cohort', text: 'key properties' }, { sequence: 'member_id' }),
  table('member_state', { number: 'id cohort sequence fingerprint present_since', boolean: 'present' }),
  table(
    'change_origin',
    { number: 'cohort first_sequence session', text: 'page_key', time: 'at' },
    { key: 'cohort, first_sequence' },
  ),
  table(
    'member_version',
    { number: 'cohort member until_sequence', text: 'properties' },
    { key: 'member, until_sequence' },
  ),
  table('destination', {
    text: 'id account_id connector sealed_settings',
    json: 'identity properties',
    time: 'created_at rests_until paused_since draining_since deleting_since view_since',
    number: 'lease version',
  }),
  counted('feed', {
    number: 'id cohort cursor start told attempts delivered',
    text: 'destination_id audience_id last_error',
    time: 'due_at unauthorized_since',
    boolean: 'withheld',
    json: 'former_views',
  }),
  table(
    'member_failure',
    {
      number: 'feed member attempts',
      text: 'kind reason',
      texts: 'former_properties',
      json: 'former_members',
      time: 'due_at first_at last_at',
    },
    { key: 'feed, member' },
  ),
  table('removal_plan', { number: 'session cohort', text: 'state', time: 'since' }, { key: 'session' }),
  table('held_removal', { number: 'cohort member sync' }, { key: 'member' }),
  counted('removal_approval', {
    number: 'id members',
    text: 'account_id project_id cohort_id session_id plan approved_by',
    time: 'approved_at',
  }),
]

const byName = new Map(transferTables.map((one) => [one.name, one]))

/** Undefined for a name that is none of ours. */
export const transferTable = (name: string): TransferTable | undefined => byName.get(name)
