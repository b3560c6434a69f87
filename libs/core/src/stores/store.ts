import type { AccountStore } from '../authentication/account-store.ts'
import type { AdminTokenStore } from '../authentication/admin-token-store.ts'
import type { AuditStore } from '../authentication/audit-store.ts'
import type { DestinationStore } from '../delivery/destination-store.ts'
import type { FeedStore } from '../delivery/feed-store.ts'
import type { DeletedRows } from '../intake/deleted-rows.ts'
import type { PageStore } from '../intake/page-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { OnboardingStore } from './onboarding-store.ts'

/** All that is kept. Every method rejects with `StoreUnavailableError` when the database cannot be used. */
export interface Store
  extends
    AccountStore,
    AdminTokenStore,
    AuditStore,
    OnboardingStore,
    PageStore,
    DeletedRows,
    Ledger,
    DestinationStore,
    FeedStore {
  close(): Promise<void>
}
