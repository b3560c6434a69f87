import type { Logger } from '@cohort-relay/connector-kit'
import type { Store } from '../store.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import { accountOperations } from './account-operations.ts'
import { adminOperations } from './admin-operations.ts'
import { applyOperations, type ApplyOptions } from './apply-operations.ts'
import { approvalOperations } from './approval-operations.ts'
import { checkServer } from './check-server.ts'
import { openDatabase, type Database } from './database.ts'
import { destinationOperations } from './destination-operations.ts'
import { deletionOperations } from './deletion-operations.ts'
import { destinationChanges } from './destination-changes.ts'
import { feedOperations } from './feed-operations.ts'
import { ledgerOperations } from './ledger-operations.ts'
import { reportOldTransactions } from './old-transactions.ts'
import { onboardingOperations } from './onboarding-operations.ts'
import { pageOperations } from './page-operations.ts'
import { sealedSettingsOperations } from './sealed-settings-operations.ts'

export interface PostgresStoreOptions extends Partial<ApplyOptions> {
  /** `postgres://user:password@host/database`. Its schema must be there: see `migratePostgres`. */
  readonly url: string
  /** Connections of this process at most. Default 10. */
  readonly poolSize?: number
  /** What the server's list of connections shows. Default `cohort-relay`. */
  readonly applicationName?: string
  /** Opens the store although the server may lose what it acknowledged. For tests. Default false. */
  readonly allowUnsafeServer?: boolean
  /** Older transactions of anybody, which keep tables from being cleaned up, are reported. Default 300. */
  readonly oldTransactionSeconds?: number
  readonly log?: Pick<Logger, 'warn'>
}

const defaults: ApplyOptions = { settleSeconds: 300, stepMilliseconds: 50 }

/**
 * Opens the store on a PostgreSQL of 14 or newer; any number of processes may have it open. Rejects with
 * `StoreUnavailableError` when the server cannot be reached, lacks the schema, or would not keep what is acknowledged.
 */
export const openPostgresStore = async (options: PostgresStoreOptions): Promise<Store> => {
  const { url, poolSize = 10, applicationName = 'cohort-relay', log = { warn: () => {} } } = options
  const database = openDatabase({ url, poolSize, applicationName, log })
  try {
    const risks = await checkServer(database)
    if (risks.length > 0 && options.allowUnsafeServer !== true)
      throw new StoreUnavailableError(risks.join(' '))
    if (risks.length > 0) log.warn({ risks }, 'database.unsafe')
  } catch (error) {
    await database.close()
    throw error
  }
  const store = storeOf(database, { ...defaults, ...options })
  const { oldTransactionSeconds = 300 } = options
  const report = reportOldTransactions(database, { oldTransactionSeconds, log })
  const applyNext: Store['applyNext'] = async (now) => {
    await report(now)
    return store.applyNext(now)
  }
  return { ...store, applyNext }
}

const storeOf = (database: Database, options: ApplyOptions): Store => ({
  ...accountOperations(database),
  ...adminOperations(database),
  ...destinationOperations(database),
  ...onboardingOperations(database),
  ...sealedSettingsOperations(database),
  ...destinationChanges(database),
  ...deletionOperations(database, options),
  ...pageOperations(database),
  ...applyOperations(database, options),
  ...approvalOperations(database),
  ...ledgerOperations(database),
  ...feedOperations(database),
  close: () => database.close(),
})
