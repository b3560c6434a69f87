import { query } from './database-server.ts'

/** Each part is one statement; $1 is how many accounts there are. */
const statements: readonly string[] = [
  `INSERT INTO cohort_relay.account(id, name, created_at, settings)
   SELECT 'account-' || n, 'Account ' || n, now(), '{}' FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.account_key(key_id, account_id, hash, label, created_at)
   SELECT lpad(n::text, 12, '0'), 'account-' || n, sha256(n::text::bytea), 'first', now()
   FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.cohort(id, account_id, project_id, cohort_id, name, description, last_sync_at)
   SELECT n, 'account-' || n, '2200001', '5100001', 'Cohort', '', now() FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.session(id, cohort, external_id, action, state, streaming, total_pages, stored_pages,
     last_page_at, applied_at, restarted)
   SELECT n, n, 'export-' || n, 'replace', 'applied', false, 1, 1, now(), now(), false
   FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.page(session, page_key, page_number, digest, received_at, members, set_aside, pending, resent,
     receipt)
   SELECT n, '1', 1, md5(n::text), now(), 0, 0, false, false, '' FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.destination(id, account_id, connector, sealed_settings, identity, properties, created_at)
   SELECT 'destination-' || n, 'account-' || n, 'webhook', 'none', '[{"property":"email","kind":"email"}]', '"all"', now()
   FROM generate_series(1, $1::integer) AS n`,
  `INSERT INTO cohort_relay.feed(destination_id, cohort, start)
   SELECT 'destination-' || n, n, 0 FROM generate_series(1, $1::integer) AS n`,
]

export const keyIdOf = (account: number): string => String(account).padStart(12, '0')

/** Accounts with a key, one cohort that was synced once, one destination and its feed, which is owed nothing. */
export const insertAccounts = async (url: string, count: number): Promise<void> => {
  for (const sql of statements) await query(url, sql, [count])
  for (const table of ['account', 'account_key', 'cohort', 'session', 'page', 'destination', 'feed'])
    await query(url, `VACUUM ANALYZE cohort_relay.${table}`)
}
