import { createMemoryStore, type AccountStore } from '@cohort-relay/core'

/** Accounts in memory, for tests of the routes: the store that passes the suite of those on disk. */
export const memoryAccounts = (): AccountStore => createMemoryStore()
