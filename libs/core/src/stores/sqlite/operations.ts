import type { DatabaseSync } from 'node:sqlite'
import type { Store } from '../store.ts'
import { accountOperations } from './account-operations.ts'
import { adminOperations } from './admin-operations.ts'
import { applyOperations, type ApplyOptions } from './apply-operations.ts'
import { approvalOperations } from './approval-operations.ts'
import { destinationOperations } from './destination-operations.ts'
import { deletionOperations } from './deletion-operations.ts'
import { destinationChanges } from './destination-changes.ts'
import { feedOperations } from './feed-operations.ts'
import { ledgerOperations } from './ledger-operations.ts'
import { onboardingOperations } from './onboarding-operations.ts'
import { pageOperations } from './page-operations.ts'
import { sealedSettingsOperations } from './sealed-settings-operations.ts'
import type { Synchronous } from './synchronous.ts'

export type Operations = Synchronous<Omit<Store, 'close' | 'applyNext'>> & Pick<Store, 'applyNext'>

export const createOperations = (database: DatabaseSync, options: ApplyOptions): Operations => {
  const [accounts, destinations] = [accountOperations(database), destinationOperations(database)]
  return {
    ...accounts,
    ...destinations,
    ...onboardingOperations(database, { ...accounts, ...destinations }),
    ...adminOperations(database),
    ...sealedSettingsOperations(database),
    ...destinationChanges(database),
    ...deletionOperations(database, options),
    ...pageOperations(database),
    ...applyOperations(database, options),
    ...approvalOperations(database),
    ...ledgerOperations(database),
    ...feedOperations(database),
  }
}
