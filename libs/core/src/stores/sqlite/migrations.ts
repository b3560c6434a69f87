/**
 * Applied in order, each once, in one transaction; `user_version` counts them. A published migration is never
 * edited: a change is a new one.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE account(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL, settings TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE account_key(
    key_id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id), hash BLOB NOT NULL,
    label TEXT NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- members: how many are present. sequence: number of the newest change.
  CREATE TABLE cohort(
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id),
    project_id TEXT NOT NULL, cohort_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
    members INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT 0, last_sync_at INTEGER,
    pairing TEXT NOT NULL DEFAULT 'unknown', reconcile_reason TEXT,
    UNIQUE(account_id, project_id, cohort_id)
  ) STRICT;

  -- whole_order: the order in which sessions became whole, which is the order in which they are applied.
  -- swept: members up to this change were looked at when leavers were sought.
  CREATE TABLE session(
    id INTEGER PRIMARY KEY AUTOINCREMENT, cohort INTEGER NOT NULL REFERENCES cohort(id),
    external_id TEXT NOT NULL, action TEXT NOT NULL, state TEXT NOT NULL, streaming INTEGER NOT NULL,
    total_pages INTEGER NOT NULL, stored_pages INTEGER NOT NULL DEFAULT 0, steps INTEGER NOT NULL DEFAULT 0,
    swept INTEGER NOT NULL DEFAULT 0, whole_order INTEGER, last_page_at INTEGER NOT NULL, applied_at INTEGER,
    restarted INTEGER NOT NULL, sync INTEGER, judged INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX session_by_name ON session(cohort, external_id, action, id);
  CREATE INDEX session_by_action ON session(cohort, action, id);
  CREATE INDEX session_open ON session(cohort) WHERE state = 'open';
  CREATE INDEX session_by_age ON session(last_page_at);
  CREATE INDEX session_streaming ON session(last_page_at) WHERE state = 'open' AND streaming = 1;
  CREATE INDEX session_whole ON session(cohort, whole_order) WHERE state = 'whole';
  CREATE INDEX session_to_clear ON session(id) WHERE state IN ('superseded', 'expired') AND stored_pages > 0;

  -- body: the page as it came, zstd; null once applied. receipt: rows of the members it named, 4 bytes each.
  -- pending: has to be applied, from its body or once more from its receipt. repeats: times it came again unchanged.
  -- resent: belongs to the export that began again from the top.
  CREATE TABLE page(
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES session(id), page_key TEXT NOT NULL,
    digest TEXT NOT NULL, received_at INTEGER NOT NULL, members INTEGER NOT NULL, set_aside INTEGER NOT NULL,
    pending INTEGER NOT NULL DEFAULT 1, resent INTEGER NOT NULL, repeats INTEGER NOT NULL DEFAULT 0,
    receipt BLOB, body BLOB, UNIQUE(session, page_key)
  ) STRICT;
  CREATE INDEX page_to_apply ON page(session, id) WHERE pending = 1;

  -- A sync by difference: a layer over the state before it. state: kept, taken-back (its effects are being undone) or
  -- forgotten (it can no longer be undone). uncertain: the page whose acknowledgements may all be lost; 0 when none is.
  CREATE TABLE sync(
    id INTEGER PRIMARY KEY AUTOINCREMENT, cohort INTEGER NOT NULL, external_id TEXT NOT NULL, state TEXT NOT NULL,
    add_session INTEGER, remove_session INTEGER, uncertain INTEGER NOT NULL DEFAULT 0,
    opened_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sync_by_cohort ON sync(cohort, state, id);
  CREATE INDEX sync_forgotten ON sync(id) WHERE state = 'forgotten';
  CREATE TABLE sync_member(
    member INTEGER NOT NULL, sync INTEGER NOT NULL, was_present INTEGER NOT NULL, PRIMARY KEY(member, sync)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sync_member_by_sync ON sync_member(sync);

  -- Three tables, since a page of new members then writes a few leaves and not one for each member.
  CREATE TABLE member(
    id INTEGER PRIMARY KEY, cohort INTEGER NOT NULL, key TEXT NOT NULL, properties TEXT NOT NULL
  ) STRICT;
  CREATE TABLE member_state(
    id INTEGER PRIMARY KEY, cohort INTEGER NOT NULL, present INTEGER NOT NULL, sequence INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX change_feed ON member_state(cohort, sequence);
  CREATE TABLE member_key(
    cohort INTEGER NOT NULL, key_hash INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY(cohort, key_hash, id)
  ) STRICT, WITHOUT ROWID;

  -- Where the changes from first_sequence on came from, and when.
  CREATE TABLE change_origin(
    cohort INTEGER NOT NULL, first_sequence INTEGER NOT NULL, session INTEGER NOT NULL, page_key TEXT,
    at INTEGER NOT NULL, PRIMARY KEY(cohort, first_sequence)
  ) STRICT, WITHOUT ROWID;

  -- Properties that a destination may have been told and that were replaced by change until_sequence.
  CREATE TABLE member_version(
    member INTEGER NOT NULL, until_sequence INTEGER NOT NULL, cohort INTEGER NOT NULL, properties TEXT NOT NULL,
    PRIMARY KEY(member, until_sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX member_version_age ON member_version(cohort, until_sequence);

  CREATE TABLE destination(
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account(id), connector TEXT NOT NULL,
    sealed_settings TEXT NOT NULL, identity TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX destination_by_account ON destination(account_id);

  -- start: leavers up to this change were never told to the destination. due_at: null when nothing is owed.
  CREATE TABLE feed(
    id INTEGER PRIMARY KEY, destination_id TEXT NOT NULL REFERENCES destination(id),
    cohort INTEGER NOT NULL REFERENCES cohort(id), cursor INTEGER NOT NULL DEFAULT 0, start INTEGER NOT NULL,
    audience_id TEXT, due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0,
    last_error TEXT, UNIQUE(destination_id, cohort)
  ) STRICT;
  CREATE INDEX feed_by_cohort ON feed(cohort);
  CREATE INDEX feed_due ON feed(due_at) WHERE due_at IS NOT NULL;

  -- former_properties: a JSON array of what has to be taken back.
  CREATE TABLE member_failure(
    feed INTEGER NOT NULL, member INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    attempts INTEGER NOT NULL, due_at INTEGER, former_properties TEXT,
    first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY(feed, member)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX member_failure_due ON member_failure(feed, due_at) WHERE due_at IS NOT NULL;
  `,
  `
  -- unauthorized_since: the newest call failed for want of credentials.
  ALTER TABLE feed ADD COLUMN unauthorized_since INTEGER;
  CREATE INDEX feed_unauthorized ON feed(destination_id) WHERE unauthorized_since IS NOT NULL;
  CREATE INDEX account_disabled ON account(id) WHERE (settings ->> 'disabled') = 1;

  -- set_aside_reasons: members set aside by reason, JSON; null when there is none.
  ALTER TABLE page ADD COLUMN set_aside_reasons TEXT;
  CREATE INDEX page_set_aside ON page(session) WHERE set_aside > 0;

  -- recent_syncs: when the newest syncs were applied. last_reply: the last answer to a page. Both JSON.
  ALTER TABLE cohort ADD COLUMN recent_syncs TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE cohort ADD COLUMN last_reply TEXT;
  ALTER TABLE account ADD COLUMN last_reply TEXT;
  `,
  `
  -- properties: the names that the destination is sent, or all, as JSON.
  ALTER TABLE destination ADD COLUMN properties TEXT NOT NULL DEFAULT '"all"';
  -- told: the destination has an outcome of every member as she was at this change.
  ALTER TABLE feed ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
  -- present_since: in the cohort from this change on at the latest; null means from the newest one on.
  ALTER TABLE member_state ADD COLUMN present_since INTEGER;
  `,
  `
  -- members_before: of the cohort, when the session began to be applied. counted_page: the newest page whose removals were
  -- counted; removals: how many they are.
  ALTER TABLE session ADD COLUMN members_before INTEGER;
  ALTER TABLE session ADD COLUMN counted_page INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE session ADD COLUMN removals INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cohort ADD COLUMN held_members INTEGER NOT NULL DEFAULT 0;

  -- Removals of one session that wait for approval. state: held, approved (being carried out), done or superseded.
  CREATE TABLE removal_plan(
    session INTEGER PRIMARY KEY, cohort INTEGER NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX removal_plan_held ON removal_plan(cohort) WHERE state = 'held';
  CREATE INDEX removal_plan_approved ON removal_plan(cohort) WHERE state = 'approved';

  -- Members who are still in the cohort though a sync removed them. sync: the layer that did.
  CREATE TABLE held_removal(member INTEGER PRIMARY KEY, cohort INTEGER NOT NULL, sync INTEGER) STRICT;
  CREATE INDEX held_removal_by_cohort ON held_removal(cohort);
  CREATE INDEX held_removal_by_sync ON held_removal(sync) WHERE sync IS NOT NULL;

  -- Audit of approvals, by names that outlive the rows they stand for.
  CREATE TABLE removal_approval(
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, project_id TEXT NOT NULL, cohort_id TEXT NOT NULL,
    session_id TEXT NOT NULL, plan TEXT NOT NULL, members INTEGER NOT NULL, approved_at INTEGER NOT NULL,
    approved_by TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- lease: a new number each time somebody takes the destination; only the newest holder may record anything.
  -- leased_until: by SQLite's clock. rests_until: the partner is not called before.
  ALTER TABLE destination ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE destination ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE destination ADD COLUMN leased_by TEXT;
  ALTER TABLE destination ADD COLUMN rests_until INTEGER;
  CREATE INDEX destination_held ON destination(id) WHERE leased_until > 0;
  CREATE INDEX destination_resting ON destination(rests_until) WHERE rests_until IS NOT NULL;
  `,
  `
  -- begun_at: when the session began to be applied. named_since: everybody in the cohort was named, with her properties, by
  -- pages that were applied from then on.
  ALTER TABLE session ADD COLUMN begun_at INTEGER;
  ALTER TABLE cohort ADD COLUMN named_since INTEGER;
  `,
  `
  CREATE INDEX account_key_by_account ON account_key(account_id);
  `,
  `
  -- version: grows with each change that somebody asks for.
  ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE account ADD COLUMN deleting_since INTEGER;

  CREATE TABLE admin_token(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash BLOB NOT NULL, created_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- target: ids by name. changes: values by field, null where they would tell a secret. Both JSON.
  CREATE TABLE audit(
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, account_id TEXT,
    target TEXT NOT NULL, changes TEXT NOT NULL, outcome TEXT NOT NULL, problem TEXT
  ) STRICT;
  CREATE INDEX audit_by_account ON audit(account_id, id);
  CREATE TRIGGER audit_not_altered BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
  `
  -- withheld: nothing is delivered, since the account is disabled. Such a feed is in no index of what is due, so that
  -- looking for that costs the same however many there are.
  ALTER TABLE feed ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
  UPDATE feed SET withheld = 1 WHERE destination_id IN (SELECT destination.id FROM account
    JOIN destination ON destination.account_id = account.id WHERE (account.settings ->> 'disabled') = 1);
  CREATE INDEX feed_to_serve ON feed(due_at, id) WHERE due_at IS NOT NULL AND withheld = 0;
  DROP INDEX feed_due;
  DROP INDEX account_disabled;
  `,
  `
  -- version: grows with each update. draining_since: everybody is removed there before it goes. deleting_since: its rows are
  -- on their way out, and nobody sees it. view_since: when its identity or properties became what they are.
  ALTER TABLE destination ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE destination ADD COLUMN paused_since INTEGER;
  ALTER TABLE destination ADD COLUMN draining_since INTEGER;
  ALTER TABLE destination ADD COLUMN deleting_since INTEGER;
  ALTER TABLE destination ADD COLUMN view_since INTEGER;
  CREATE INDEX destination_draining ON destination(id) WHERE draining_since IS NOT NULL;
  CREATE INDEX account_deleting ON account(id) WHERE deleting_since IS NOT NULL;

  -- former_views: how the destination saw members before, as long as it may know some of them that way; a JSON array.
  ALTER TABLE feed ADD COLUMN former_views TEXT NOT NULL DEFAULT '[]';
  -- former_members: as whom a member could not be taken back, a JSON array. former_properties: the same in rows of before.
  ALTER TABLE member_failure ADD COLUMN former_members TEXT;
  `,
  `
  -- confirmed_at: when the partner's own service last said that the key belongs to the account; NULL after it said no.
  ALTER TABLE account_key ADD COLUMN confirmed_at INTEGER;

  -- Secrets of the whole installation, encrypted.
  CREATE TABLE installation_secret(name TEXT PRIMARY KEY, sealed TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
]
