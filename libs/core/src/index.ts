export type { Account, AccountKey, AccountStore, NewAccount } from './authentication/account-store.ts'
export {
  accountSettings,
  defaultAccountSettings,
  type AccountSettings,
} from './authentication/account-settings.ts'
export {
  adminRoles,
  type AdminRole,
  type AdminToken,
  type AdminTokenStore,
} from './authentication/admin-token-store.ts'
export type { AuditedValue, AuditEntry, AuditStore } from './authentication/audit-store.ts'
export { generateApiKey, parseApiKey, type ParsedApiKey } from './authentication/api-key.ts'
export { createAuthenticator, type Authenticate, type Caller } from './authentication/authenticate.ts'
export { cacheKeys, type KeyCache } from './authentication/cached-keys.ts'
export { hashPartnerKey, isPartnerKey } from './authentication/partner-key.ts'
export { readCredentials, type CredentialHeaders } from './authentication/read-credentials.ts'
export type { CohortPage, PageReading, PageSummary } from './webhook/cohort-page.ts'
export { countSetAside } from './webhook/count-set-aside.ts'
export { checkCohortPage, readCohortPage } from './webhook/read-cohort-page.ts'
export { readMember } from './webhook/read-member.ts'
export { recogniseWebhook } from './webhook/recognise-webhook.ts'
export { holdsMoreValuesThan } from './webhook/value-count.ts'
export { joiningProperties, type JoiningProperty } from './identity/joining-property.ts'
export { mappedProperties, type DestinationView } from './identity/mapped-properties.ts'
export { resolveIdentity } from './identity/resolve-identity.ts'
export { startApplier, type Applier } from './intake/applier.ts'
export type { ArrivedPage, PageReceipt } from './intake/page-store.ts'
export type { CohortKey, CohortSummary, LastReply, Ledger, LedgerMembers } from './ledger/ledger.ts'
export { isStale } from './ledger/sync-rhythm.ts'
export type { Deletion } from './deletion.ts'
export { callWithin } from './delivery/call-within.ts'
export { memberInView } from './delivery/member-in-view.ts'
export type { Connect, ConnectedDestination } from './delivery/connected-destination.ts'
export { startDelivery, type Delivery } from './delivery/delivery.ts'
export type {
  ConfiguredDestination,
  CreatedDestination,
  DestinationUpdate,
  SealedSettings,
  DestinationStore,
  StoredDestination,
} from './delivery/destination-store.ts'
export type { DatabaseInspection } from './stores/database-inspection.ts'
export { inspectPostgres } from './stores/postgres/inspect-postgres.ts'
export { inspectSqlite } from './stores/sqlite/inspect-sqlite.ts'
export { databaseInUse } from './stores/sqlite/lock-database.ts'
export { createMemoryStore } from './stores/memory/memory-store.ts'
export { migratePostgres, type MigrationResult } from './stores/postgres/migrate.ts'
export { openPostgresStore } from './stores/postgres/postgres-store.ts'
export { openSqliteStore } from './stores/sqlite/sqlite-store.ts'
export { StoreUnavailableError } from './stores/store-unavailable-error.ts'
export type { Store } from './stores/store.ts'
export { storableText } from './storable-text.ts'
export { openBackupSource } from './stores/transfer/backup-source.ts'
export {
  importSource,
  type ImportedTable,
  type ImportPhase,
  type ImportReport,
} from './stores/transfer/import-source.ts'
export { openSqliteSource } from './stores/transfer/sqlite-source.ts'
export { TransferError } from './stores/transfer/transfer-error.ts'
export { allRows, type TransferSource } from './stores/transfer/transfer-source.ts'
export { writeBackup } from './stores/transfer/write-backup.ts'
