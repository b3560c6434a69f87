import { createTestDatabases } from '@cohort-relay/tools/postgres'
import { inject } from 'vitest'
import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { migratePostgres } from './migrate.ts'
import { openPostgresStore } from './postgres-store.ts'

const databases = await createTestDatabases(inject('postgres'), migratePostgres)

const open = async () =>
  openPostgresStore({ url: await databases.create(), poolSize: 3, allowUnsafeServer: true })

describeLedger('the PostgreSQL store', open)
